package report

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Assumptions is what a run of a market assumed, sorted by the effect on its totals.
type Assumptions struct {
	Title  string        `json:"title"`
	Period string        `json:"period"`
	Engine string        `json:"engine"`
	Level  int           `json:"level"`
	Order  matcher.Order `json:"order"`
	Totals Totals        `json:"totals"` // as assumed
	List   []Assumption  `json:"list"`   // by Filled, then Value, the largest first
}

// Assumption is one thing that no publication states, and what comes out if it is otherwise.
type Assumption struct {
	Name   string  `json:"name"`
	Text   string  `json:"text"` // what it means
	Unit   string  `json:"unit,omitempty"`
	Used   string  `json:"used"`
	Trials []Trial `json:"trials"`
	Filled int64   `json:"filled"` // the largest change of openings filled among the trials, without its sign
	Value  int64   `json:"value"`  // the same of the value, PPP dollars a year
}

// Trial is the totals with something else assumed.
type Trial struct {
	Tried string `json:"tried"`
	Totals
	solve *solved
}

// Assess makes the page of assumptions: it solves the market again with every assumed policy number at half and at double,
// within its range; every source's assumed counts and wages at half and at double, and without its assumed channels; at the
// levels of detail beside the run's, where counts are shares of wider classes; with a source that is taken to see everybody
// seeing half; and under the other orders. A number that is 0 is tried at half of its range, since half and double of
// nothing are nothing. Level, Order, Engine and Progress of the options count. It takes some thirty solves, side by side.
func Assess(ctx context.Context, d *datasets.Directory, o Options) (*Assumptions, error) {
	policy := d.Policy()
	policy.Order = cmp.Or(o.Order, policy.Order)
	level := cmp.Or(o.Level, d.Level())
	if level < 1 || level > d.Finest() {
		return nil, fmt.Errorf("ISCO-%d was asked for, and %w: their finest is ISCO-%d", level, ErrLevel, d.Finest())
	}
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	a := &assessment{directory: d, policy: policy, level: level}
	if err := a.plan(); err != nil {
		return nil, err
	}
	if err := solve(ctx, a.markets, a.solves, o.Progress); err != nil {
		return nil, err
	}
	base := a.solves[0]
	out := &Assumptions{
		Title: cmp.Or(o.Title, base.result.Market.Title), Period: base.result.Market.Period, Engine: o.Engine, Level: level,
		Order: policy.Order, Totals: base.totals, List: a.list,
	}
	for i := range out.List {
		row := &out.List[i]
		for j := range row.Trials {
			t := &row.Trials[j]
			t.Totals = t.solve.totals
			row.Filled = max(row.Filled, abs(t.Filled-base.totals.Filled))
			row.Value = max(row.Value, abs(t.Totals.Value-base.totals.Value))
		}
	}
	slices.SortStableFunc(out.List, func(a, b Assumption) int {
		return cmp.Or(cmp.Compare(b.Filled, a.Filled), cmp.Compare(b.Value, a.Value), strings.Compare(a.Name, b.Name))
	})
	return out, nil
}

func abs(n int64) int64 { return max(n, -n) }

// assessment collects what is to be solved. A solve names its market by its place in markets, so markets that differ by
// more than their level lie side by side.
type assessment struct {
	directory *datasets.Directory
	policy    matcher.Policy
	level     int
	base      *matcher.Market
	markets   []*matcher.Market
	solves    []*solved
	list      []Assumption
}

func (a *assessment) plan() error {
	var err error
	if a.base, err = a.directory.Market(a.level); err != nil {
		return fmt.Errorf("make the market at ISCO-%d: %w", a.level, err)
	}
	a.markets = []*matcher.Market{a.base}
	a.solves = []*solved{{part: partRun, name: "as assumed", policy: a.policy}}
	a.numbers()
	a.orders()
	a.counts()
	a.coverage()
	return a.levels()
}

// try adds a solve to a row: under another policy, of another market where m is not nil.
func (a *assessment) try(row *Assumption, tried string, m *matcher.Market, p matcher.Policy) {
	s := &solved{part: partCase, name: row.Name + " " + tried, policy: p}
	if m != nil {
		s.level = len(a.markets)
		a.markets = append(a.markets, m)
	}
	a.solves = append(a.solves, s)
	row.Trials = append(row.Trials, Trial{Tried: tried, solve: s})
}

// numbers tries every assumed number of the policy.
func (a *assessment) numbers() {
	resolved := a.policy.At(a.level) // a fit threshold of 0 stands for the level's own
	for i, n := range resolved.Numbers() {
		if !n.Assumed {
			continue
		}
		row := Assumption{Name: n.Name, Text: n.Text, Unit: n.Unit, Used: plain(n.Value)}
		low, high := n.Range()
		values := []float64{max(low, n.Value/2), min(high, 2*n.Value)}
		switch {
		case n.Value == 0:
			values = []float64{high / 2}
		case n.Unit == "levels": // whole ones
			values[0] = math.Floor(values[0])
		}
		for _, v := range values {
			if v == n.Value {
				continue
			}
			changed := a.policy
			changed.Numbers()[i].Value = v
			a.try(&row, plain(v), nil, changed)
		}
		a.list = append(a.list, row)
	}
}

// orders tries the other orders of the objective, which are a choice and no fact.
func (a *assessment) orders() {
	row := Assumption{Name: "order", Text: "order of the objective", Used: string(a.policy.Order)}
	for _, order := range matcher.Orders() {
		if order != a.policy.Order {
			changed := a.policy
			changed.Order = order
			a.try(&row, string(order), nil, changed)
		}
	}
	a.list = append(a.list, row)
}

// counts tries what no source states, by source: counts and wages at half and double, channels by leaving them out.
func (a *assessment) counts() {
	type group struct{ file, source string }
	rows := map[group]int{}
	add := func(file string, p matcher.Provenance) {
		if p.Assumed {
			rows[group{file, p.Source}]++
		}
	}
	for i := range a.base.Vacancies {
		add(datasets.VacanciesFile, a.base.Vacancies[i].Provenance)
	}
	for i := range a.base.Cohorts {
		add(datasets.WorkersFile, a.base.Cohorts[i].Provenance)
	}
	for i := range a.base.Wages {
		add(datasets.WagesFile, a.base.Wages[i].Provenance)
	}
	for i := range a.base.Channels {
		add(datasets.ChannelsFile, a.base.Channels[i].Provenance)
	}
	groups := make([]group, 0, len(rows))
	for g := range rows {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(x, y group) int {
		return cmp.Or(strings.Compare(x.file, y.file), strings.Compare(x.source, y.source))
	})
	for _, g := range groups {
		row := Assumption{Name: g.file, Text: "assumed rows: " + g.source, Used: comma(int64(rows[g])) + " " + plural(rows[g], "row")}
		of := func(p matcher.Provenance) bool { return p.Assumed && p.Source == g.source }
		if g.file == datasets.ChannelsFile {
			m := *a.base
			m.Channels = slices.DeleteFunc(slices.Clone(m.Channels), func(c matcher.Channel) bool { return of(c.Provenance) })
			a.try(&row, "without", &m, a.policy)
		} else {
			a.try(&row, "half", scaled(a.base, g.file, of, half), a.policy)
			a.try(&row, "double", scaled(a.base, g.file, of, double), a.policy)
		}
		a.list = append(a.list, row)
	}
}

func half(n int64) int64   { return (n + 1) / 2 }
func double(n int64) int64 { return 2 * n }

// scaled is a copy of the market with some figures of one file changed.
func scaled(m *matcher.Market, file string, which func(matcher.Provenance) bool, change func(int64) int64) *matcher.Market {
	out := *m
	switch file {
	case datasets.VacanciesFile:
		out.Vacancies = slices.Clone(m.Vacancies)
		for i := range out.Vacancies {
			if v := &out.Vacancies[i]; which(v.Provenance) {
				v.Count = change(v.Count)
			}
		}
	case datasets.WorkersFile:
		out.Cohorts = slices.Clone(m.Cohorts)
		for i := range out.Cohorts {
			if c := &out.Cohorts[i]; which(c.Provenance) {
				c.Count = change(c.Count)
			}
		}
	case datasets.WagesFile:
		out.Wages = slices.Clone(m.Wages)
		for i := range out.Wages {
			if w := &out.Wages[i]; which(w.Provenance) {
				w.Wage = change(w.Wage)
			}
		}
	}
	return &out
}

// coverage tries what it means that a source is taken to see everybody. It does so only where no row of a file states a
// coverage, since at the run's level those with one and those without may have been added up.
func (a *assessment) coverage() {
	for _, table := range datasets.Tables() {
		file := table.File
		if file != datasets.VacanciesFile && file != datasets.WorkersFile {
			continue
		}
		column := slices.IndexFunc(table.Columns, func(c datasets.Column) bool { return c.Name == "coverage" })
		stated := a.directory.Len(file) == 0
		for _, cells := range a.directory.Rows(file) {
			stated = stated || cells[column] != ""
		}
		if stated {
			continue
		}
		every := func(matcher.Provenance) bool { return true }
		row := Assumption{Name: "coverage of " + file, Text: "the share its sources see, which none states", Used: "1"}
		a.try(&row, "0.5", scaled(a.base, file, every, double), a.policy)
		a.list = append(a.list, row)
	}
}

// levels tries the levels beside the run's where counts are shares of wider classes: the wider class is the coarser level's
// truth, so the difference is what the shares do, and the fits of the level with them.
func (a *assessment) levels() error {
	estimated := 0
	for i := range a.base.Vacancies {
		if a.base.Vacancies[i].Estimated {
			estimated++
		}
	}
	for i := range a.base.Cohorts {
		if a.base.Cohorts[i].Estimated {
			estimated++
		}
	}
	if estimated == 0 {
		return nil
	}
	row := Assumption{
		Name: "counts by shares", Text: comma(int64(estimated)) + " " + plural(estimated, "row") + " split from wider classes",
		Used: fmt.Sprintf("ISCO-%d", a.level),
	}
	for _, level := range []int{a.level - 1, a.level + 1} {
		if level < 1 || level > a.directory.Finest() {
			continue
		}
		m, err := a.directory.Market(level)
		if err != nil {
			return fmt.Errorf("make the market at ISCO-%d: %w", level, err)
		}
		a.try(&row, fmt.Sprintf("ISCO-%d", level), m, a.policy)
	}
	a.list = append(a.list, row)
	return nil
}

func plural(n int, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}
