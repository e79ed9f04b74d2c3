package report

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Validation holds a market's gaps against published lists of occupations in shortage that were never an input of it.
type Validation struct {
	Title  string   `json:"title"`  // of the market
	Period string   `json:"period"` // it stands for
	Engine string   `json:"engine"`
	Lists  []Tested `json:"lists"`
}

// Tested is one list held against the gaps of one country.
type Tested struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Speaks  string `json:"speaks"`  // the country the list speaks of, `*` for several
	Against string `json:"against"` // the country whose gaps it is held against
	Period  string `json:"period"`  // the list's
	Level   int    `json:"level"`   // ISCO digits
	Rule    string `json:"rule"`
	Note    string `json:"note,omitempty"`
	Source  string `json:"source"`

	Groups  int `json:"groups"`  // of the list, in the market with at least one opening or idle worker
	Flagged int `json:"flagged"` // of these
	Absent  int `json:"absent"`  // groups of the list that the market does not have
	// Estimated are the groups whose figures are, at least half of them, shares of wider classes of the market's source.
	Estimated int `json:"estimated"`

	Agreement []Agreement `json:"agreement"` // by measure, the one hits and misses go by first
	Hits      []Judged    `json:"hits"`      // flagged, and among as many tightest as are flagged
	Misses    []Judged    `json:"misses"`    // flagged, and not among them
	Alarms    []Judged    `json:"alarms"`    // among them, and not flagged
}

// Agreement is how one measure of the gap ranks the groups, against the list. Figures are nil where the measure or the list
// ranks nothing.
type Agreement struct {
	Measure string   `json:"measure"`
	Tau     *float64 `json:"tau"`    // Kendall's τ-b with the list's degree, −1 to 1
	Above   *float64 `json:"above"`  // probability that a flagged group ranks above an unflagged one; ½ is blind
	Chance  *float64 `json:"chance"` // probability that flags dealt at random rank as high
}

// Measures of a gap that a list is held against.
const (
	measureTight = "tightness" // openings per opening or idle worker of the occupation
	measureAlone = "alone"     // share of openings beyond the idle of the same occupation and region
	measureLeft  = "left"      // share of openings left unfilled by the placement
)

// Judged is one group of a list as the market sees it.
type Judged struct {
	Code      string   `json:"code"`
	Title     string   `json:"title"`
	Degree    float64  `json:"degree"` // the list's
	Openings  int64    `json:"openings"`
	Idle      int64    `json:"idle"`
	Alone     int64    `json:"alone"`
	Unfilled  int64    `json:"unfilled"`
	Tightness *float64 `json:"tightness"`     // openings per idle worker; nil where there are none
	Rank      int      `json:"rank"`          // by tightness, 1 the tightest; equals share the best
	Why       string   `json:"why,omitempty"` // of misses and alarms: what the figures say of it

	short     bool
	figures   map[string]float64
	filled    Ways
	estimated bool // at least half of its openings or idle are shares of a wider class of the source
}

// Validate solves the market of each list's country alone, at the list's level, and compares: so that a list which is an
// input for one country cannot reach what it is held against through the placement. Errors are those of [Build].
func Validate(ctx context.Context, d *datasets.Directory, lists []datasets.FlagList, engine string) (*Validation, error) {
	v := &Validation{Engine: engine, Lists: make([]Tested, len(lists))}
	type market struct {
		country string
		level   int
	}
	var markets []market
	for _, l := range lists {
		if m := (market{l.Against, l.Level}); !slices.Contains(markets, m) {
			markets = append(markets, m)
		}
	}
	results := make([]*matcher.Result, len(markets))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, runtime.GOMAXPROCS(0)))
	for i, of := range markets {
		group.Go(func() error {
			m, err := d.Market(of.level)
			if err != nil {
				return fmt.Errorf("make the market at ISCO-%d: %w", of.level, err)
			}
			if results[i], err = matcher.Match(ctx, only(m, of.country), d.Policy(), matcher.Options{}); err != nil {
				return fmt.Errorf("%s at ISCO-%d: %w", regionName(of.country), of.level, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, r := range results {
		v.Title, v.Period = r.Market.Title, r.Market.Period
	}
	for i := range lists {
		v.Lists[i] = test(&lists[i], results[slices.Index(markets, market{lists[i].Against, lists[i].Level})])
	}
	return v, nil
}

// only is the market of one country's openings and workers; a copy.
func only(m *matcher.Market, country string) *matcher.Market {
	own := *m
	own.Vacancies, own.Cohorts = nil, nil
	for _, v := range m.Vacancies {
		if matcher.Country(v.Region) == country {
			own.Vacancies = append(own.Vacancies, v)
		}
	}
	for _, c := range m.Cohorts {
		if matcher.Country(c.Region) == country {
			own.Cohorts = append(own.Cohorts, c)
		}
	}
	return &own
}

// test holds a list against the result of its country.
func test(l *datasets.FlagList, r *matcher.Result) Tested {
	t := Tested{
		ID: l.ID, Title: l.Title, Speaks: l.Speaks, Against: l.Against, Period: l.Period, Level: l.Level, Rule: l.Rule, Note: l.Note,
		Source: l.Source, Agreement: []Agreement{}, Hits: []Judged{}, Misses: []Judged{}, Alarms: []Judged{},
	}
	cells := cellsOf(r)
	var groups []Judged
	for _, f := range l.Flags {
		g, known := cells[f.Occupation]
		if !known || g.Openings+g.Idle == 0 {
			t.Absent++
			continue
		}
		g.Degree, g.short = f.Degree, f.Short
		if f.Short {
			t.Flagged++
		}
		if g.estimated {
			t.Estimated++
		}
		groups = append(groups, *g)
	}
	t.Groups = len(groups)
	for _, measure := range []string{measureTight, measureAlone, measureLeft} {
		t.Agreement = append(t.Agreement, agreement(measure, groups))
	}
	for i := range groups {
		g := &groups[i]
		g.Rank = 1
		for _, h := range groups {
			if h.figures[measureTight] > g.figures[measureTight] {
				g.Rank++
			}
		}
		switch called := g.Rank <= t.Flagged; {
		case called && g.short:
			t.Hits = append(t.Hits, *g)
		case g.short:
			g.Why = g.whyMissed(groups)
			t.Misses = append(t.Misses, *g)
		case called:
			g.Why = g.whyCalled(groups)
			t.Alarms = append(t.Alarms, *g)
		}
	}
	for _, list := range [][]Judged{t.Hits, t.Misses, t.Alarms} {
		slices.SortStableFunc(list, func(a, b Judged) int { return cmp.Compare(a.Rank, b.Rank) })
	}
	return t
}

// cellsOf sums the cells of a result over regions, by code.
func cellsOf(r *matcher.Result) map[string]*Judged {
	cells := map[string]*Judged{}
	for _, g := range r.Gaps(r.Market.Level) {
		c := cells[g.Code.String()]
		if c == nil {
			c = &Judged{Code: g.Code.String(), Title: codeTitle(g.Code)}
			cells[c.Code] = c
		}
		c.Openings += g.Openings
		c.Idle += g.Idle
		c.Alone += g.Alone
		c.Unfilled += g.Unfilled
		c.filled = c.filled.plus(WaysOf(g.Filled))
	}
	estimated := map[string]int64{}
	for i := range r.Market.Vacancies {
		if v := &r.Market.Vacancies[i]; v.Estimated {
			estimated[v.Code.String()] += v.Count
		}
	}
	for i := range r.Market.Cohorts {
		if c := &r.Market.Cohorts[i]; c.Estimated {
			estimated[c.Code.String()] += c.Count
		}
	}
	for code, c := range cells {
		c.estimated = 2*estimated[code] >= c.Openings+c.Idle
		if c.Idle > 0 {
			tightness := ratio(c.Openings, c.Idle)
			c.Tightness = &tightness
		}
		c.figures = map[string]float64{
			measureTight: hundredth(c.Openings, c.Openings+c.Idle),
			measureAlone: hundredth(c.Alone, c.Openings),
			measureLeft:  hundredth(c.Unfilled, c.Openings),
		}
	}
	return cells
}

// hundredth is a share to two decimals: what is finer is mostly the noise of rounding counts to whole people, and would break
// ties between groups that have their figures by shares from the same class of the source.
func hundredth(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return math.Round(100*float64(part)/float64(whole)) / 100
}

func agreement(measure string, groups []Judged) Agreement {
	figure, degree, flagged := make([]float64, len(groups)), make([]float64, len(groups)), make([]bool, len(groups))
	for i := range groups {
		figure[i], degree[i], flagged[i] = groups[i].figures[measure], groups[i].Degree, groups[i].short
	}
	a := Agreement{Measure: measure, Tau: kendall(figure, degree), Above: above(figure, flagged)}
	if a.Above != nil {
		p := chance(figure, flagged)
		a.Chance = &p
	}
	return a
}

// smallCell is the number of openings below which a group's figures say little.
const smallCell = 100

// whyMissed says, of a flagged group that the market does not find tight, what its figures are: the reader's reason.
func (g *Judged) whyMissed(groups []Judged) string {
	var why []string
	switch {
	case g.Openings == 0:
		why = append(why, "no opening is registered")
	case g.Tightness != nil && *g.Tightness < 1:
		why = append(why, fmt.Sprintf("%.1f idle for each opening", float64(g.Idle)/float64(g.Openings)))
	default:
		why = append(why, "tight, though others are tighter")
	}
	if moved := g.filled.SameElsewhere + g.filled.RelatedHome; g.Alone > 0 && moved > 0 {
		way := "from elsewhere in the country"
		if g.filled.RelatedHome > g.filled.SameElsewhere {
			way = "by related occupations"
		}
		what := fmt.Sprintf("its gap of %s is filled", comma(g.Alone))
		if g.Unfilled > 0 {
			what = fmt.Sprintf("its gap of %s is filled but for %s", comma(g.Alone), comma(g.Unfilled))
		}
		why = append(why, what+", mostly "+way)
	}
	return strings.Join(append(why, g.doubts(groups)...), "; ")
}

// whyCalled says the same of a group that the market finds tight and the list does not flag.
func (g *Judged) whyCalled(groups []Judged) string {
	var why []string
	if g.Degree < 0 {
		why = append(why, "the list has it in surplus")
	} else if g.Degree > 0 {
		why = append(why, "the list has it short in part, below its mark")
	}
	if g.Tightness == nil {
		why = append(why, "openings and nobody idle")
	} else {
		why = append(why, fmt.Sprintf("%.1f idle for each opening", float64(g.Idle)/float64(g.Openings)))
	}
	return strings.Join(append(why, g.doubts(groups)...), "; ")
}

// doubts are the weaknesses of a group's figures.
func (g *Judged) doubts(groups []Judged) []string {
	var why []string
	if g.Openings < smallCell {
		why = append(why, fmt.Sprintf("small cell, fewer than %d openings", smallCell))
	}
	// At coarser levels nearly every group has such figures, so it is said of the list.
	if !g.estimated || len(g.Code) < 4 {
		return why
	}
	say := "shares of a wider class"
	var twins []string
	for _, h := range groups {
		if h.Code != g.Code && h.estimated && h.figures[measureTight] == g.figures[measureTight] {
			twins = append(twins, h.Code)
		}
	}
	if len(twins) > 0 {
		say += ", level with " + strings.Join(twins, ", ")
	}
	return append(why, say)
}
