package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"labourmatch/matcher"
)

// Difference is one run held against another of the same level: every figure that is not the same in both. Lists are sorted by
// key, so equal reports give equal documents.
type Difference struct {
	Before    Side       `json:"before"`
	After     Side       `json:"after"`
	Totals    Change     `json:"totals"`
	Countries []Change   `json:"countries"`
	Cells     []Change   `json:"cells"` // region × occupation at the runs' level
	Corridors []Corridor `json:"corridors"`
}

// Side says which run one side of a comparison is.
type Side struct {
	Title  string        `json:"title"`
	Period string        `json:"period"`
	Level  int           `json:"level"`
	Order  matcher.Order `json:"order"`
	Engine string        `json:"engine"`
}

// Pair is a figure in both runs; Change is After − Before.
type Pair struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
	Change int64 `json:"change"`
}

func pair(before, after int64) Pair { return Pair{before, after, after - before} }

// Change is the figures of the whole market, of a country or of a cell in both runs. Openings = Filled + Unfilled and
// Workers = Placed + Unplaced on either side. Value is of the whole market only.
type Change struct {
	Region   string `json:"region,omitempty"`
	Name     string `json:"region_name,omitempty"`
	Code     string `json:"code,omitempty"`
	Title    string `json:"title,omitempty"`
	Openings Pair   `json:"openings"`
	Filled   Pair   `json:"filled"`
	AtHome   Pair   `json:"filled_at_home"`
	Free     Pair   `json:"filled_by_free_movement"`
	Channel  Pair   `json:"filled_by_channels"`
	Unfilled Pair   `json:"unfilled"`
	Workers  Pair   `json:"workers"`
	Placed   Pair   `json:"placed"`
	Leaving  Pair   `json:"placed_abroad"`
	Unplaced Pair   `json:"unplaced"`
	Value    *Pair  `json:"value,omitempty"`
}

// Corridor is everybody placed from one country in another by one channel, in both runs.
type Corridor struct {
	From     string `json:"from"`
	FromName string `json:"from_name"`
	To       string `json:"to"`
	ToName   string `json:"to_name"`
	Channel  string `json:"channel"`
	Title    string `json:"channel_title"`
	Placed   Pair   `json:"placed"`
}

// Compare holds a report against another. The error says why their cells are not the same ones.
func Compare(before, after *Report) (*Difference, error) {
	if before.Level != after.Level {
		return nil, fmt.Errorf("one run is at ISCO-%d and the other at ISCO-%d; make both at one level to compare their cells", before.Level, after.Level)
	}
	if before.Base != after.Base {
		return nil, fmt.Errorf("one run counts a %s and the other a %s; a number at a date and a number per year cannot be compared", before.Base, after.Base)
	}
	value := pair(before.Totals.Value, after.Totals.Value)
	d := &Difference{
		Before: reportSide(before), After: reportSide(after), Totals: sumsOf(before).against(sumsOf(after)),
		Countries: changes(countryFigures(before), countryFigures(after)),
		Cells:     changes(cellFigures(before), cellFigures(after)),
		Corridors: corridors(before, after),
	}
	d.Totals.Value = &value
	return d, nil
}

func reportSide(r *Report) Side { return Side{r.Title, r.Period, r.Level, r.Order, r.Engine} }

// figures are one side of a [Change].
type figures struct {
	region, name, code, title             string
	openings, unfilled, workers, unplaced int64
	filledBy, placedBy                    Ways
}

func (f *figures) key() [2]string { return [2]string{f.region, f.code} }

// against makes the change from one side to the other.
func (f figures) against(g figures) Change {
	home := func(w Ways) int64 { return w.Sum() - w.abroad() }
	return Change{
		Region: cmp.Or(f.region, g.region), Name: cmp.Or(f.name, g.name), Code: cmp.Or(f.code, g.code), Title: cmp.Or(f.title, g.title),
		Openings: pair(f.openings, g.openings), Filled: pair(f.filledBy.Sum(), g.filledBy.Sum()),
		AtHome: pair(home(f.filledBy), home(g.filledBy)), Free: pair(f.filledBy.FreeMovement, g.filledBy.FreeMovement),
		Channel: pair(f.filledBy.Channel, g.filledBy.Channel), Unfilled: pair(f.unfilled, g.unfilled),
		Workers: pair(f.workers, g.workers), Placed: pair(f.placedBy.Sum(), g.placedBy.Sum()),
		Leaving: pair(f.placedBy.abroad(), g.placedBy.abroad()), Unplaced: pair(f.unplaced, g.unplaced),
	}
}

// sumsOf adds the countries up, which together are the market.
func sumsOf(r *Report) figures {
	var all figures
	for _, c := range countryFigures(r) {
		all.openings += c.openings
		all.unfilled += c.unfilled
		all.workers += c.workers
		all.unplaced += c.unplaced
		all.filledBy, all.placedBy = all.filledBy.plus(c.filledBy), all.placedBy.plus(c.placedBy)
	}
	return all
}

func countryFigures(r *Report) []figures {
	out := make([]figures, 0, len(r.Countries))
	for _, c := range r.Countries {
		out = append(out, figures{
			region: c.Country, name: c.Name, openings: c.Openings, unfilled: c.Unfilled, workers: c.Workers, unplaced: c.Unplaced,
			filledBy: c.FilledBy, placedBy: c.PlacedBy,
		})
	}
	return out
}

func cellFigures(r *Report) []figures {
	out := make([]figures, 0, len(r.Gaps))
	for _, g := range r.Gaps {
		if g.Level == r.Level {
			out = append(out, figures{
				g.Region, g.RegionName, g.Code, g.Title, g.Openings, g.Unfilled, g.Workers, g.Unplaced, g.FilledBy, g.PlacedBy,
			})
		}
	}
	return out
}

// changes lists what is not the same on both sides, by key.
func changes(before, after []figures) []Change {
	out := []Change{}
	was := make(map[[2]string]*figures, len(before))
	for i := range before {
		was[before[i].key()] = &before[i]
	}
	for i := range after {
		old := was[after[i].key()]
		delete(was, after[i].key())
		if old == nil {
			old = &figures{}
		} else if *old == after[i] {
			continue
		}
		out = append(out, old.against(after[i]))
	}
	for _, gone := range was {
		out = append(out, gone.against(figures{}))
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(strings.Compare(a.Region, b.Region), strings.Compare(a.Code, b.Code))
	})
	return out
}

// corridors sums flows by country and channel, and lists the sums that are not the same.
func corridors(before, after *Report) []Corridor {
	type key struct{ from, to, channel string }
	found := map[key]*Corridor{}
	add := func(r *Report, to func(*Pair) *int64) {
		for _, f := range r.Flows {
			k := key{matcher.Country(f.From), matcher.Country(f.To), f.Channel}
			if k.from == k.to {
				continue
			}
			if found[k] == nil {
				found[k] = &Corridor{
					From: k.from, FromName: regionName(k.from), To: k.to, ToName: regionName(k.to), Channel: f.Channel, Title: f.Title,
				}
			}
			*to(&found[k].Placed) += f.Count
		}
	}
	add(before, func(p *Pair) *int64 { return &p.Before })
	add(after, func(p *Pair) *int64 { return &p.After })
	out := []Corridor{}
	keys := slices.SortedFunc(maps.Keys(found), func(a, b key) int {
		return cmp.Or(strings.Compare(a.from, b.from), strings.Compare(a.to, b.to), strings.Compare(a.channel, b.channel))
	})
	for _, k := range keys {
		c := found[k]
		if c.Placed = pair(c.Placed.Before, c.Placed.After); c.Placed.Change != 0 {
			out = append(out, *c)
		}
	}
	return out
}
