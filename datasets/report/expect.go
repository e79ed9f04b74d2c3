package report

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"
)

// Expectation is a sentence that a comparison either keeps or not: a metric, of what, an operator and an amount.
//
//	filled >= +500              at least 500 more are filled in B than in A
//	unfilled DE <= -10 %        at least a tenth less is unfilled in Germany
//	filled DE-BY 2221 = 40      40 are filled in B, of that region and occupation (a prefix)
//	corridor PH DE <= 1000      at most 1,000 go from the Philippines to Germany in B
//
// An amount with a sign is a change from A to B, one without is B's figure. A percentage is of A's figure, and needs a
// sign.
type Expectation struct {
	Text     string // as it was written
	metric   string
	region   string // country or region; "" the whole market
	code     string // ISCO prefix
	to       string // of a corridor
	operator string
	amount   float64
	signed   bool
	percent  bool
}

// Verdict says whether an expectation is kept, in words that can be signed.
type Verdict struct {
	Expectation string `json:"expectation"`
	Pass        bool   `json:"pass"`
	Before      int64  `json:"before"`
	After       int64  `json:"after"`
	Says        string `json:"says"`
}

// metrics lists what can be expected of: figures of the market, a country or a cell.
func metrics() []string {
	return []string{
		"openings", "filled", "home", "free", "channel", "unfilled", "workers", "placed", "leaving", "unplaced", "value", "corridor",
	}
}

var (
	expectationForm = regexp.MustCompile(`^([a-z]+)((?:\s+\S+)*?)\s*(>=|<=|=|>|<)\s*([+-]?)(\d{1,15}(?:\.\d{1,6})?)\s*(%?)$`)
	regionForm      = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)
	codeForm        = regexp.MustCompile(`^\d{1,4}$`)
)

// ParseExpectation reads an expectation; the error says what is wrong and what to write.
func ParseExpectation(s string) (Expectation, error) {
	m := expectationForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return Expectation{}, fmt.Errorf("%q is no expectation; write one as in 'filled >= +500', 'unfilled DE <= -10 %%' or 'filled DE 2221 >= 40'", s)
	}
	e := Expectation{Text: strings.Join(strings.Fields(s), " "), metric: m[1], operator: m[3], signed: m[4] != "", percent: m[6] != ""}
	if !slices.Contains(metrics(), e.metric) {
		return Expectation{}, fmt.Errorf("%q: there is no figure %q; there are %s", s, e.metric, strings.Join(metrics(), ", "))
	}
	for _, word := range strings.Fields(m[2]) {
		switch {
		case regionForm.MatchString(word) && e.region == "":
			e.region = word
		case regionForm.MatchString(word) && e.metric == "corridor" && e.to == "":
			e.to = word
		case codeForm.MatchString(word) && e.code == "" && e.metric != "corridor":
			e.code = word
		default:
			return Expectation{}, fmt.Errorf("%q: %q is neither a region such as DE or DE-BY nor an ISCO code, or is one too many", s, word)
		}
	}
	e.amount, _ = strconv.ParseFloat(m[4]+m[5], 64) // the pattern has checked it
	switch {
	case e.metric == "corridor" && e.to == "":
		return Expectation{}, fmt.Errorf("%q: a corridor has two countries, as in 'corridor PH DE >= +100'", s)
	case e.metric == "corridor" && strings.Contains(e.region+e.to, "-"):
		return Expectation{}, fmt.Errorf("%q: corridors join countries, such as %s", s, e.region[:2]+" "+e.to[:2])
	case e.metric == "value" && e.region+e.code != "":
		return Expectation{}, fmt.Errorf("%q: value is known of the whole market only", s)
	case e.percent && !e.signed:
		return Expectation{}, fmt.Errorf("%q: a percentage is of A's figure and needs a sign, as in +10 %% or -10 %%", s)
	}
	return e, nil
}

// Judge holds expectations against two reports, in the order given.
func Judge(before, after *Report, list []Expectation) []Verdict {
	var out []Verdict
	for _, e := range list {
		a, b := e.figure(before), e.figure(after)
		v := Verdict{Expectation: e.Text, Before: a, After: b}
		have, want := float64(b), e.amount
		switch {
		case e.percent:
			have, want = float64(b-a)*100, e.amount*float64(a)
		case e.signed:
			have = float64(b - a)
		}
		switch e.operator {
		case ">=":
			v.Pass = have >= want
		case "<=":
			v.Pass = have <= want
		case ">":
			v.Pass = have > want
		case "<":
			v.Pass = have < want
		default:
			v.Pass = have == want
		}
		v.Says = fmt.Sprintf("%s in A, %s in B: %s", comma(a), comma(b), signed(b-a))
		if e.percent && a != 0 {
			v.Says += fmt.Sprintf(" (%+.1f %%)", math.Round(1000*float64(b-a)/float64(a))/10)
		}
		out = append(out, v)
	}
	return out
}

// figure is what the expectation's metric is in a report.
func (e *Expectation) figure(r *Report) (n int64) {
	switch e.metric {
	case "value":
		return r.Totals.Value
	case "corridor":
		for _, f := range r.Flows {
			if f.From[:2] == e.region && f.To[:2] == e.to && f.Channel != "" {
				n += f.Count
			}
		}
		return n
	}
	for _, f := range cellFigures(r) {
		country, _, _ := strings.Cut(f.region, "-")
		if e.region != "" && e.region != f.region && e.region != country || !strings.HasPrefix(f.code, e.code) {
			continue
		}
		n += map[string]int64{
			"openings": f.openings, "filled": f.filledBy.Sum(), "home": f.filledBy.Sum() - f.filledBy.abroad(), "free": f.filledBy.FreeMovement,
			"channel": f.filledBy.Channel, "unfilled": f.unfilled, "workers": f.workers, "placed": f.placedBy.Sum(),
			"leaving": f.placedBy.abroad(), "unplaced": f.unplaced,
		}[e.metric]
	}
	return n
}

// setVerdicts sets a line for each expectation: pass or fail first, then what was expected, then the figures.
func setVerdicts(p *page, verdicts []Verdict) {
	if len(verdicts) == 0 {
		return
	}
	p.section("Expectations")
	failed := 0
	for _, v := range verdicts {
		word := p.paint(colours.FgGreen, "pass")
		if !v.Pass {
			failed++
			word = p.paint(colours.FgRed, "FAIL")
		}
		lines := wrap(v.Expectation+" — "+v.Says, p.width-8, p.width-8)
		p.line("  " + word + "  " + lines[0])
		for _, l := range lines[1:] {
			p.line(strings.Repeat(" ", 8) + l)
		}
	}
	p.line("")
	if failed > 0 {
		p.line(fmt.Sprintf("  %d of %d expectations do not hold.", failed, len(verdicts)))
		return
	}
	p.line(fmt.Sprintf("  %d of %d expectations hold.", len(verdicts), len(verdicts)))
}
