package report

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	colours "github.com/jedib0t/go-pretty/v6/text"

	"labourmatch/datasets"
)

// WriteText writes a comparison for people to read; verdicts, where there are any, stand last.
func (d *Difference) WriteText(w io.Writer, s Style, verdicts []Verdict) error {
	p := newPage(w, s)
	side := func(name string, of Side) {
		p.prose(0, 3, fmt.Sprintf("%s: %s · %s · ISCO-%d · order %s · labourmatch %s", name, of.Title, of.Period, of.Level, of.Order, of.Engine))
	}
	side("A", d.Before)
	side("B", d.After)
	p.line(p.paint(colours.Faint, strings.Repeat("─", p.width)))
	p.prose(0, 0, Disclaimer)
	d.set(p, "A", "B")
	setVerdicts(p, verdicts)
	return flushed(p, "the comparison")
}

func flushed(p *page, what string) error {
	if err := p.Flush(); err != nil {
		return fmt.Errorf("write %s as text: %w", what, err)
	}
	return nil
}

// set sets the parts of a comparison, the sides under these names.
func (d *Difference) set(p *page, before, after string) {
	d.setTotals(p, before, after)
	d.setCountries(p)
	d.setCells(p)
	d.setCorridors(p)
}

// signed writes a change: +500, -500, or a dash for none.
func signed(n int64) string {
	switch {
	case n == 0:
		return "–"
	case n > 0:
		return "+" + count(n)
	}
	return "-" + count(-n)
}

func (d *Difference) setTotals(p *page, before, after string) {
	p.section("Totals")
	p.line(p.paint(colours.Faint, fmt.Sprintf("  %-26s%16s%16s%16s", "", before, after, "change")))
	row := func(indent int, name string, x Pair, good int64) {
		change := fmt.Sprintf("%16s", signed(x.Change))
		switch {
		case x.Change*good > 0:
			change = p.paint(colours.FgGreen, change)
		case x.Change*good < 0:
			change = p.paint(colours.FgRed, change)
		}
		p.line(fmt.Sprintf("  %-26s%16s%16s", strings.Repeat(" ", indent)+name, comma(x.Before), comma(x.After)) + change)
	}
	t := d.Totals
	row(0, "Openings", t.Openings, 0)
	row(2, "filled", t.Filled, 1)
	row(4, "at home", t.AtHome, 1)
	row(4, "by free movement", t.Free, 1)
	row(4, "by channels", t.Channel, 1)
	row(2, "unfilled", t.Unfilled, -1)
	row(0, "Workers available", t.Workers, 0)
	row(2, "placed", t.Placed, 1)
	row(2, "unplaced", t.Unplaced, -1)
	row(0, "Value, PPP$ a year", *t.Value, 1)
}

// most picks the changes that are largest in a figure, those that are equal in key order.
func most[T any](list []T, size func(*T) int64) []T {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(size(&b), size(&a)) })
	for len(list) > 0 && size(&list[len(list)-1]) == 0 {
		list = list[:len(list)-1]
	}
	return list[:min(rowsShown, len(list))]
}

// moved is how much a change moves: on both sides of the market, since a country may only send.
func moved(c *Change) int64 {
	size := int64(0)
	for _, x := range []Pair{c.Openings, c.Filled, c.AtHome, c.Free, c.Channel, c.Unfilled, c.Workers, c.Placed, c.Leaving, c.Unplaced} {
		size = max(size, x.Change, -x.Change)
	}
	return size
}

func (d *Difference) setCountries(p *page) {
	p.section("Countries that change most")
	rows := [][]string{}
	for _, c := range most(d.Countries, moved) {
		rows = append(rows, []string{
			c.Name, signed(c.Openings.Change), signed(c.AtHome.Change), signed(c.Free.Change + c.Channel.Change), signed(c.Unfilled.Change),
			signed(c.Workers.Change), signed(c.Leaving.Change), signed(c.Unplaced.Change),
		})
	}
	if len(rows) == 0 {
		p.line("  None.")
		return
	}
	p.grid([]column{
		{title: "Country", flex: true},
		{title: "Openings", right: true},
		{title: "At home", right: true},
		{title: "Incoming", right: true},
		{title: "Unfilled", right: true},
		{title: "Workers", right: true},
		{title: "Leaving", right: true},
		{title: "Unplaced", right: true},
	}, rows)
	if more := len(d.Countries) - len(rows); more > 0 {
		p.line(fmt.Sprintf("  and %d more; --format csv or json lists all", more))
	}
}

func (d *Difference) setCells(p *page) {
	p.section(fmt.Sprintf("Regions and occupations that change most (ISCO-%d)", d.After.Level))
	rows := [][]string{}
	for _, c := range most(d.Cells, moved) {
		rows = append(rows, []string{
			c.Name + ": " + c.Code + " " + c.Title, signed(c.Openings.Change), signed(c.Filled.Change), signed(c.Unfilled.Change),
			signed(c.Workers.Change), signed(c.Placed.Change), signed(c.Unplaced.Change),
		})
	}
	if len(rows) == 0 {
		p.line("  None.")
		return
	}
	p.grid([]column{
		{title: "Region and occupation", flex: true, lines: 2},
		{title: "Open", right: true},
		{title: "Filled", right: true},
		{title: "Left", right: true},
		{title: "Workers", right: true},
		{title: "Placed", right: true},
		{title: "Unplaced", right: true},
	}, rows)
	if more := len(d.Cells) - len(rows); more > 0 {
		p.line(fmt.Sprintf("  and %s more; --format csv or json lists all", comma(int64(more))))
	}
}

func (d *Difference) setCorridors(p *page) {
	p.section("Corridors that change most")
	rows := [][]string{}
	for _, c := range most(d.Corridors, func(c *Corridor) int64 { return max(c.Placed.Change, -c.Placed.Change) }) {
		rows = append(rows, []string{
			c.FromName + " → " + c.ToName, cmp.Or(c.Title, c.Channel), count(c.Placed.Before), count(c.Placed.After), signed(c.Placed.Change),
		})
	}
	if len(rows) == 0 {
		p.line("  None: nobody crosses a border who did not, and everybody who did still does.")
		return
	}
	p.grid([]column{
		{title: "From and to", most: 30},
		{title: "Channel", flex: true, lines: 2},
		{title: "Before", right: true},
		{title: "After", right: true},
		{title: "Change", right: true},
	}, rows)
}

// WriteJSON writes the comparison and the verdicts as one document.
func (d *Difference) WriteJSON(w io.Writer, verdicts []Verdict) error {
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	if err := out.Encode(struct {
		*Difference
		Expectations []Verdict `json:"expectations,omitempty"`
	}{d, verdicts}); err != nil {
		return fmt.Errorf("write the comparison as JSON: %w", err)
	}
	return nil
}

// WriteCSV writes one row for each country, cell and corridor that is not the same in both runs, and one for the totals.
func (d *Difference) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	names := []string{"openings", "filled", "filled_at_home", "filled_by_free_movement", "filled_by_channels", "unfilled", "workers", "placed", "placed_abroad", "unplaced"}
	head := []string{"part", "region", "region_name", "code", "title", "to", "channel"}
	for _, name := range names {
		head = append(head, name+"_before", name+"_after", name+"_change")
	}
	rows := [][]string{head}
	add := func(part string, c *Change) {
		row := []string{part, datasets.Guard(c.Region), datasets.Guard(c.Name), datasets.Guard(c.Code), datasets.Guard(c.Title), "", ""}
		for _, x := range []Pair{c.Openings, c.Filled, c.AtHome, c.Free, c.Channel, c.Unfilled, c.Workers, c.Placed, c.Leaving, c.Unplaced} {
			row = append(row, number(x.Before), number(x.After), number(x.Change))
		}
		rows = append(rows, row)
	}
	add("total", &d.Totals)
	for i := range d.Countries {
		add("country", &d.Countries[i])
	}
	for i := range d.Cells {
		add("cell", &d.Cells[i])
	}
	for _, c := range d.Corridors {
		row := make([]string, len(head))
		copy(row, []string{"corridor", c.From, datasets.Guard(c.FromName), "", "", c.To, datasets.Guard(c.Channel)})
		at := slices.Index(head, "placed_before")
		row[at], row[at+1], row[at+2] = number(c.Placed.Before), number(c.Placed.After), number(c.Placed.Change)
		rows = append(rows, row)
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the comparison as CSV: %w", err)
	}
	return nil
}
