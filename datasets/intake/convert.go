package intake

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Conversion turns a count of one time base into the other by the mean duration of what is counted: of vacancies how long
// one stays open, of unemployment how long it lasts. In a steady state
//
//	stock = flow a year × months / 12        flow a year = stock × 12 / months
//
// A duration that nobody published is no ground to convert on: months and source are both required.
type Conversion struct {
	To     string `yaml:"to"`     // stock or flow
	Months string `yaml:"months"` // the mean duration, a decimal above 0
	Source string `yaml:"source"` // who published the duration, and of when
}

// maxMonths is the longest mean duration that is believed.
const maxMonths = 600 * micro

// months is the duration in millionths of a month; ok is false where it is none.
func (c *Conversion) months() (int64, bool) {
	n, ok := Numbers{}.parse(c.Months)
	return n, ok && n > 0 && n <= maxMonths
}

// of is the kind of the rows that are converted.
func (c *Conversion) of() string {
	if c.To == string(matcher.Stock) {
		return string(matcher.Flow)
	}
	return string(matcher.Stock)
}

func (t *Target) checkConversion(at string, report func(place, what, hint string)) {
	c := t.Convert
	if c == nil {
		return
	}
	if !slices.Contains([]string{datasets.VacanciesFile, datasets.WorkersFile}, t.File) {
		report(at, "is of a table that has no counts", "Only vacancies and workers are a stock or a flow")
	}
	if c.To != string(matcher.Stock) && c.To != string(matcher.Flow) {
		report(at+".to", fmt.Sprintf("%q is neither stock nor flow", c.To), "Write what the rows are to become")
		return
	}
	if _, ok := c.months(); !ok {
		report(at+".months", "is not a duration above 0 and up to 600 months", "State the mean duration of what is counted, with a point before decimals, such as 3.2")
	}
	if strings.TrimSpace(c.Source) == "" {
		report(at+".source", "is missing", "Say who published the mean duration, and for when: without it nothing is converted")
	}
	if kind := t.Columns["kind"]; kind.Column == "" && kind.Constant != c.of() {
		report(at+".to", fmt.Sprintf("is %s, and the rows are %s", c.To, kind.Constant), "Only a "+c.of()+" can become a "+c.To+"; a net shortage is neither")
	}
}

// converted is a figure in the other time base, to the nearest millionth, halves up; ok is false where it is too large.
func (c *Conversion) converted(n int64) (int64, bool) {
	months, _ := c.months()
	times, by := months, int64(12*micro)
	if c.To == string(matcher.Flow) {
		times, by = by, months
	}
	high, low := bits.Mul64(uint64(n), uint64(times)) //nolint:gosec // neither is below zero
	low, carry := bits.Add64(low, uint64(by)/2, 0)    //nolint:gosec // above zero
	high += carry
	if high >= uint64(by) { //nolint:gosec // above zero
		return 0, false
	}
	q, _ := bits.Div64(high, low, uint64(by)) //nolint:gosec // above zero
	if q > maxFigure {
		return 0, false
	}
	return int64(q), true //nolint:gosec // below maxFigure
}

// convert brings the figure of the row at hand, whose other cells are filled, to the time base that the layout wants. It
// says why it cannot.
func (t *target) convert(n int64) (int64, *Finding) {
	c := t.layout.Convert
	if c == nil {
		return n, nil
	}
	kind := t.cells[t.at("kind")]
	if kind != c.of() {
		return 0, &Finding{
			Severity: Refusing, Kind: Unreadable, Column: "kind", Value: kind, Figure: n, What: "cannot become a " + c.To + ", which only a " + c.of() + " can",
			Hint: "Keep rows of other kinds out by only:, or fill the table twice, once without convert:",
		}
	}
	to, ok := c.converted(n)
	if !ok {
		return 0, &Finding{Severity: Refusing, Kind: Unreadable, Figure: n, What: "is too large once it is converted", Hint: "Check the months of convert: in the layout"}
	}
	t.cells[t.at("kind")] = c.To
	t.cells[t.at("source")] += fmt.Sprintf("; converted from a %s to a %s by a mean duration of %s months (%s)", c.of(), c.To, c.Months, c.Source)
	t.mark("estimated")
	return to, nil
}

// conversion tells how much was converted.
func (t *target) conversion() {
	if c := t.layout.Convert; c != nil && t.convertedRows > 0 {
		t.r.found.add(Finding{
			Severity: Note, Kind: Converted, Table: t.table.File, Column: "kind", Times: t.convertedRows, Figure: t.convertedFrom,
			What: fmt.Sprintf("%s: a %s of %s became a %s of %s, by a mean duration of %s months (%s); the rows are marked estimated",
				plural(t.convertedRows, "row was converted", "rows were converted"), c.of(), grouped(t.convertedFrom), c.To, grouped(t.convertedTo), c.Months, c.Source),
		})
	}
}
