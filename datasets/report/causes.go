package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// Causes says why openings stay empty and workers unplaced. Every unit of either has one cause, so both columns add up to
// the totals.
type Causes struct {
	Rows []CauseRow `json:"rows"`
	Top  []Caused   `json:"top"` // the cells with most of one cause, openings only; all are in causes.csv
	// Reach is what each way could fill at most, if it were the only one and nobody minded a loss.
	Reach    []Reach    `json:"reach"`
	Pressure []Pressure `json:"pressure"` // largest first
}

// CauseRow is one cause and how much it explains. Alone and Last are absent where a cause is not found by lifting something.
type CauseRow struct {
	Cause    string  `json:"cause"`
	Title    string  `json:"title"`
	Openings int64   `json:"openings"`
	Share    float64 `json:"share"` // of the openings unfilled
	Alone    *int64  `json:"alone,omitempty"`
	Last     *int64  `json:"last,omitempty"`
	// AtLeast marks figures of which it is not proven that they are the most, since a group limit is live. The bounds are there
	// then: more than so many are proven to be impossible.
	AtLeast     bool    `json:"at_least,omitempty"`
	Bound       *int64  `json:"bound,omitempty"` // of Openings
	AloneBound  *int64  `json:"alone_bound,omitempty"`
	LastBound   *int64  `json:"last_bound,omitempty"`
	Workers     int64   `json:"workers"`
	WorkerTitle string  `json:"worker_title"`
	WorkerShare float64 `json:"worker_share"` // of the workers unplaced
}

// Sides of a cell with a cause.
const (
	SideOpenings = "openings"
	SideWorkers  = "workers"
)

// Caused is a number of openings, or of workers, of one cell and cause.
type Caused struct {
	Side       string `json:"side"` // SideOpenings or SideWorkers
	Region     string `json:"region"`
	RegionName string `json:"region_name"`
	Code       string `json:"code"`
	Title      string `json:"title"`
	Cause      string `json:"cause"`
	Units      int64  `json:"units"`
}

// Reach is what one way could fill at most, alone.
type Reach struct {
	Way     string  `json:"way"`
	Kind    string  `json:"channel_kind,omitempty"`
	Units   int64   `json:"units"`
	Share   float64 `json:"share"` // of all openings
	AtLeast bool    `json:"at_least,omitempty"`
	Bound   *int64  `json:"bound,omitempty"` // what it is proven not to exceed, where it is at least so many
}

// Pressure is people who are able, wanted and willing to go from one country into work of ISCO skill levels 1 and 2 in
// another, and have no channel; see [matcher.Pressure]. What is not known is absent.
type Pressure struct {
	Origin          string `json:"origin"`
	OriginName      string `json:"origin_name"`
	Destination     string `json:"destination"`
	DestinationName string `json:"destination_name"`
	Group           string `json:"group"` // ISCO major group
	Title           string `json:"title"`
	Units           int64  `json:"units"`
	Low             *int64 `json:"low,omitempty"`
	High            *int64 `json:"high,omitempty"`
	Border          *bool  `json:"border,omitempty"`
	Kilometres      *int64 `json:"kilometres,omitempty"`
	Compatriots     *int64 `json:"compatriots,omitempty"`
}

var causeTitles = [matcher.NumCauses]string{
	"outbid", "not worth it", "wage not known", "quota full", "no channel", "safeguard", "skills", "nobody is free",
}

var workerTitles = [matcher.NumCauses]string{
	"outbid", "not worth it", "wage not known", "quota full", "no channel", "safeguard", "nobody needs the skill", "no opening is left",
}

// mostArcs is up to how large a network a run alone is explained. Causes take a few solves of such a network, and who asks for
// the run alone asks for one.
const mostArcs = 500_000

// explains says whether causes are looked for.
func explains(result *matcher.Result, runOnly bool) bool {
	return !runOnly || result.Certificate.Network.Arcs() <= mostArcs
}

// addCauses fills in the causes, unless they were not looked for.
func (r *Report) addCauses(c *matcher.Causes) {
	if c == nil {
		return
	}
	r.Causes = &Causes{Rows: []CauseRow{}, Top: []Caused{}, Reach: []Reach{}, Pressure: []Pressure{}}
	lifts := map[matcher.Cause]*matcher.Lift{}
	order := []matcher.Cause{matcher.Outbid, matcher.NotWorth, matcher.WageUnknown}
	for i := range c.Lifts {
		lifts[c.Lifts[i].Cause] = &c.Lifts[i]
		if i > 0 {
			order = append(order, c.Lifts[i].Cause)
		}
	}
	for _, cause := range append(order, matcher.NobodyFree) {
		row := CauseRow{
			Cause: cause.String(), Title: causeTitles[cause], WorkerTitle: workerTitles[cause],
			Openings: c.Totals[cause], Share: ratio(c.Totals[cause], r.Totals.Unfilled),
			Workers: c.Idle[cause], WorkerShare: ratio(c.Idle[cause], r.Totals.Unplaced),
		}
		l := lifts[cause]
		if cause == matcher.NotWorth || cause == matcher.WageUnknown {
			l = lifts[matcher.Outbid]
		}
		if l != nil {
			row.AtLeast = !l.Exact()
			bound := row.Openings + l.Bound - l.Units // the first step's is of three causes together
			if row.AtLeast {
				row.Bound = &bound
			}
			if l.Cause != matcher.Outbid {
				row.Alone, row.Last = &l.Alone, &l.Last
				if row.AtLeast {
					row.AloneBound, row.LastBound = &l.AloneBound, &l.LastBound
				}
			}
		}
		r.Causes.Rows = append(r.Causes.Rows, row)
	}
	r.addCaused(c)
	for _, reach := range c.Reach {
		row := Reach{Way: reach.Way.String(), Kind: reach.Kind, Units: reach.Units, Share: ratio(reach.Units, r.Totals.Openings)}
		if !reach.Exact() {
			row.AtLeast, row.Bound = true, &reach.Bound
		}
		r.Causes.Reach = append(r.Causes.Reach, row)
	}
	for i := range c.Pressure {
		r.Causes.Pressure = append(r.Causes.Pressure, pressureOf(&c.Pressure[i]))
	}
}

func pressureOf(p *matcher.Pressure) Pressure {
	near := codes.NearnessOf(p.Origin, p.Destination)
	code := matcher.ParseCode(p.Group)
	row := Pressure{
		Origin: p.Origin, OriginName: regionName(p.Origin), Destination: p.Destination, DestinationName: regionName(p.Destination),
		Group: p.Group, Title: codeTitle(code), Units: p.Units,
		Border: near.Border, Kilometres: near.Kilometres, Compatriots: near.Stock,
	}
	if p.Ranged {
		row.Low, row.High = &p.Low, &p.High
	}
	return row
}

// addCaused sums both sides by region, code and cause.
func (r *Report) addCaused(c *matcher.Causes) {
	m := r.result.Market
	sums := map[Caused]int64{}
	add := func(side, region string, code matcher.Code, by matcher.ByCause) {
		for cause, n := range by {
			if n > 0 {
				sums[Caused{
					Side: side, Region: region, RegionName: regionName(region), Code: code.String(), Title: codeTitle(code),
					Cause: matcher.Cause(cause).String(),
				}] += n
			}
		}
	}
	for v, by := range c.Openings {
		add(SideOpenings, m.Vacancies[v].Region, m.Vacancies[v].Code, by)
	}
	for w, by := range c.Workers {
		add(SideWorkers, m.Cohorts[w].Region, m.Cohorts[w].Code, by)
	}
	r.Caused = make([]Caused, 0, len(sums))
	for cell, n := range sums {
		cell.Units = n
		r.Caused = append(r.Caused, cell)
	}
	slices.SortFunc(r.Caused, func(a, b Caused) int {
		return cmp.Or(strings.Compare(a.Side, b.Side), strings.Compare(a.Region, b.Region), strings.Compare(a.Code, b.Code), strings.Compare(a.Cause, b.Cause))
	})
	for _, cell := range r.Caused {
		if cell.Side == SideOpenings {
			r.Causes.Top = append(r.Causes.Top, cell)
		}
	}
	slices.SortStableFunc(r.Causes.Top, func(a, b Caused) int { return cmp.Compare(b.Units, a.Units) })
	r.Causes.Top = r.Causes.Top[:min(rowsShown, len(r.Causes.Top))]
}

func (r *Report) setCauses(p *page) {
	if r.Causes == nil {
		return
	}
	p.section(fmt.Sprintf("Why openings stay empty (ISCO-%d)", r.Level))
	if r.Totals.Unfilled == 0 && r.Totals.Unplaced == 0 {
		p.line("  None does, and nobody is unplaced.")
		return
	}
	figure := func(n *int64) string {
		if n == nil {
			return "–"
		}
		return count(*n)
	}
	var rows [][]string
	var bounds []string
	for _, c := range r.Causes.Rows {
		if c.Openings+c.Workers == 0 && (c.Alone == nil || *c.Alone+*c.Last == 0) {
			continue
		}
		mark := ""
		if c.AtLeast {
			mark = " ≥"
			bound := c.Title + " " + comma(*c.Bound)
			if c.AloneBound != nil {
				bound += fmt.Sprintf(" (alone %s, last %s)", comma(*c.AloneBound), comma(*c.LastBound))
			}
			bounds = append(bounds, bound)
		}
		rows = append(rows, []string{
			c.Title + mark, count(c.Openings), percent(c.Openings, r.Totals.Unfilled), figure(c.Alone), figure(c.Last),
			count(c.Workers), percent(c.Workers, r.Totals.Unplaced),
		})
	}
	p.grid([]column{
		{title: "Cause", flex: true},
		{title: "Openings", right: true},
		{title: "", right: true},
		{title: "Alone", right: true},
		{title: "Last", right: true},
		{title: "Workers", right: true},
		{title: "", right: true},
	}, rows)
	p.prose(2, 0, "Found by adding to the placement, never taking from it, and lifting one thing after another: first value and "+
		"order, then "+r.liftsSay()+". What a step newly fills had that cause; so had whoever it places. Alone: what "+
		"the lift fills if nothing else is lifted; last: if all else is. Whoever goes by any corridor is recruited, without an agreement and "+
		"with nothing granted, so safeguards and gates hold until they are lifted too. The share willing to leave the country binds throughout, "+
		"so part of the last row is owed to it. Beside workers, skills reads: nobody needs theirs; nobody is free: no opening is left.")
	if len(bounds) > 0 {
		p.prose(2, 0, "≥ a limit on a sum is live: at least so many openings, so the last row is at most. Proven to be no more than: "+
			strings.Join(bounds, "; ")+".")
	}
	rows = nil
	for _, c := range r.Causes.Top {
		rows = append(rows, []string{c.RegionName + ": " + c.Code + " " + c.Title, count(c.Units), titleOfCause(c.Cause)})
	}
	if len(rows) > 0 {
		p.line("")
		p.grid([]column{{title: "Region and occupation", flex: true}, {title: "Empty", right: true}, {title: "Cause"}}, rows)
	}
	r.setReach(p)
	r.setPressure(p)
}

// liftsSay names the lifts in their order.
func (r *Report) liftsSay() string {
	say := map[string]string{
		matcher.QuotaFull.String(): "quotas", matcher.NoChannel.String(): "any corridor",
		matcher.Safeguarded.String(): "safeguards and gates", matcher.NoSkill.String(): "any occupation",
	}
	var names []string
	for _, c := range r.Causes.Rows {
		if name := say[c.Cause]; name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func titleOfCause(name string) string {
	if c, ok := matcher.ParseCause(name); ok {
		return causeTitles[c]
	}
	return name
}

func (r *Report) setReach(p *page) {
	p.section("What each way could fill at most, alone")
	var rows [][]string
	for _, x := range r.Causes.Reach {
		title := x.Kind
		for _, w := range matcher.Ways() {
			if x.Kind == "" && w.String() == x.Way {
				title = wayTitles[w]
			}
		}
		if x.Kind != "" {
			title = "channel: " + strings.ReplaceAll(x.Kind, "_", " ")
		}
		if x.AtLeast {
			title += fmt.Sprintf(" ≥ (at most %s)", comma(*x.Bound))
		}
		rows = append(rows, []string{title, count(x.Units), percent(x.Units, r.Totals.Openings)})
	}
	p.grid([]column{{title: "Way", flex: true}, {title: "Openings", right: true}, {title: "", right: true}}, rows)
	p.prose(2, 0, "Under the law as it is, with nobody minding a loss. Ways compete for openings and workers, so the rows do not add up.")
}

func (r *Report) setPressure(p *page) {
	list := r.Causes.Pressure
	if len(list) == 0 {
		return
	}
	p.section("Pressure beside the channels (country and ISCO-1)")
	known := func(n *int64) string {
		if n == nil {
			return "–"
		}
		return count(*n)
	}
	var rows [][]string
	for _, x := range list[:min(rowsShown, len(list))] {
		border := "–"
		if x.Border != nil {
			border = map[bool]string{true: "yes", false: "no"}[*x.Border]
		}
		span := "–"
		if x.Low != nil {
			span = count(*x.Low) + "–" + count(*x.High)
		}
		rows = append(rows, []string{
			x.OriginName + " → " + x.DestinationName + ", " + x.Group + " " + x.Title, count(x.Units), span, border, known(x.Kilometres), known(x.Compatriots),
		})
	}
	p.grid([]column{
		{title: "Corridor and major group", flex: true, lines: 3},
		{title: "Units", right: true},
		{title: "Low–high", right: true},
		{title: "Border"},
		{title: "km", right: true},
		{title: "Compatriots", right: true},
	}, rows)
	if more := len(list) - rowsShown; more > 0 {
		p.line(fmt.Sprintf("  and %s more; see report.json", comma(int64(more))))
	}
	p.prose(2, 0, "Work of ISCO skill levels 1 and 2 that would be filled if any corridor were open, by people who are able, wanted and "+
		"willing and have no channel. Which corridor they would take is apportioned; low and high are the least and the most over all "+
		"plans that fill the same openings with the fewest people beside the channels. This is no forecast, no count of persons who "+
		"move or have moved, and no ranking of nationalities. It says where law and need are furthest apart. Distance and border: CEPII, for 2006; "+
		"compatriots: people from the origin in the destination, UN DESA, for 2010. – is not known here.")
}

var liftColumns = []string{
	"cause", "title", "openings", "at_least", "openings_bound", "alone", "alone_bound", "last", "last_bound", "workers", "worker_title",
}

// liftRows are the causes in their order, with what each lift fills alone and last, and what none of the figures can exceed.
func liftRows(r *Report) iter.Seq[[]string] {
	if r.Causes == nil {
		return func(func([]string) bool) {}
	}
	return each(r.Causes.Rows, func(c *CauseRow) []string {
		figure := func(n *int64) string {
			if n == nil {
				return ""
			}
			return number(*n)
		}
		bound := func(bound, of *int64) string { // what is exact is its own
			return figure(cmp.Or(bound, of))
		}
		return []string{
			c.Cause, c.Title, number(c.Openings), fmt.Sprint(c.AtLeast), bound(c.Bound, &c.Openings), figure(c.Alone), bound(c.AloneBound, c.Alone),
			figure(c.Last), bound(c.LastBound, c.Last), number(c.Workers), c.WorkerTitle,
		}
	})
}

var causeColumns = []string{"side", "region", "region_name", "code", "title", "cause", "units"}

func causedRows(r *Report) iter.Seq[[]string] {
	return each(r.Caused, func(c *Caused) []string {
		return []string{
			c.Side, datasets.Guard(c.Region), datasets.Guard(c.RegionName), datasets.Guard(c.Code), datasets.Guard(c.Title), c.Cause, number(c.Units),
		}
	})
}
