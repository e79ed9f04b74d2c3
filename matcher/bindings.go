package matcher

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// StoryBound is a limit that touches the cell of a story and of which all is used, and what one more and one less of it is worth.
type StoryBound struct {
	Text  string    `json:"text"`
	Of    BoundOf   `json:"of"`
	Kind  BoundKind `json:"kind"`
	Name  string    `json:"name"` // the id of the channel or safeguard; "" for openings, workers and the mobile
	Size  int64     `json:"size"`
	Exact bool      `json:"exact"`
	Terms []string  `json:"terms"` // of the objective, first counts first
	More  StorySide `json:"more"`
	Less  StorySide `json:"less"`
	// Slopes are by how much the proven bound of each term rises with one more; where they are there, More and Less are 0 unless Exact.
	Slopes []float64 `json:"slopes,omitempty"`
}

// StorySide is what a unit gains, or loses, of each term, and up or down to which size that holds.
type StorySide struct {
	Terms []int64 `json:"terms"`
	Until int64   `json:"until"`
}

// bindings prices the limits that bind the cell: quotas and safeguards that an option of it falls under, the openings where all are
// filled, the workers where all are placed, and those willing to leave where all have left. Those of which one more is worth most come
// first.
func (x *explainer) bindings(ctx context.Context, options []option) ([]StoryBound, error) {
	touched := x.touched(options)
	sorts := []BoundOf{OfQuota, OfSafeguard}
	switch {
	case x.cell.ofWorkers:
		sorts = append(sorts, OfWorkers, OfMobile)
	case x.cell.left == 0:
		sorts = append(sorts, OfOpenings)
	}
	p, err := NewPricer(ctx, x.Result)
	if err != nil {
		return nil, err
	}
	out := []StoryBound{}
	for l := range p.Limits(sorts...) {
		if !l.Binds() || !touched(&l) {
			continue
		}
		price, err := p.Of(ctx, l)
		if err != nil {
			return nil, err
		}
		b := StoryBound{
			Of: l.Of, Kind: l.Kind, Size: l.Size, Exact: price.Exact, Terms: x.Certificate.Terms, Slopes: price.Slopes,
			More: StorySide{price.More.Terms, price.More.Until}, Less: StorySide{price.Less.Terms, price.Less.Until},
		}
		switch {
		case l.Channel >= 0:
			b.Name = x.Market.Channels[l.Channel].ID
		case l.Safeguard >= 0:
			b.Name = x.Market.Safeguards[l.Safeguard].ID
		}
		for i, s := range b.Slopes {
			b.Slopes[i] = math.Round(s*1e6) / 1e6
		}
		b.Text = x.boundInWords(&l) + ". " + x.worthInWords(&b)
		out = append(out, b)
	}
	slices.SortStableFunc(out, func(a, b StoryBound) int {
		if len(a.Slopes) > 0 {
			return slices.Compare(b.Slopes, a.Slopes)
		}
		return slices.Compare(b.More.Terms, a.More.Terms)
	})
	return out, nil
}

// touched says which limits an option of the cell falls under.
func (x *explainer) touched(options []option) func(*Bound) bool {
	sums, recruited := map[string]bool{}, map[int32]bool{}
	shared := map[string]bool{} // channel and origin
	for i := range options {
		o := &options[i]
		if o.channel < 0 || o.shut || o.gated {
			continue
		}
		sums[o.limit] = true
		shared[x.Market.Channels[o.channel].ID+"|"+Country(x.Market.Cohorts[o.cohort].Region)] = true
		if x.recruited(o) {
			recruited[o.cohort] = true
		}
	}
	rows := map[string]bool{}
	for _, row := range x.cell.rows {
		if x.cell.ofWorkers {
			rows[x.Market.Cohorts[row].Key()] = true
		} else {
			rows[x.Market.Vacancies[row].Key()] = true
		}
	}
	return func(l *Bound) bool {
		switch l.Of {
		case OfQuota:
			c := &x.Market.Channels[l.Channel]
			if c.QuotaOf != QuotaEach && c.QuotaOf != QuotaOrigin && c.QuotaOf != QuotaCorridor && l.Origin != "" {
				return shared[c.ID+"|"+l.Origin]
			}
			return sums[quotaOver(c, l.Origin, &Vacancy{Region: l.Destination, Code: l.Code})]
		case OfSafeguard:
			for c := range recruited {
				if limit := x.limitOf(l); limit != nil && x.guards(limit, c) {
					return true
				}
			}
			return false
		case OfOpenings, OfMobile, OfWorkers:
		}
		return rows[l.Row]
	}
}

// limitOf finds the limit that a bound of a safeguard is.
func (x *explainer) limitOf(b *Bound) *Limit {
	for i := range x.Limits {
		if l := &x.Limits[i]; l.Safeguard == b.Safeguard && l.Safeguard >= 0 && l.Arc == b.more && l.Group == b.group {
			return l
		}
	}
	return nil
}

// boundInWords says what is used up.
func (x *explainer) boundInWords(l *Bound) string {
	var over []string
	if l.Origin != "" {
		over = append(over, "from "+l.Origin)
	}
	if l.Destination != "" {
		over = append(over, "to "+l.Destination)
	}
	if l.Code != (Code{}) {
		over = append(over, "in "+x.named(l.Code))
	}
	where := ""
	if len(over) > 0 {
		where = " " + strings.Join(over, " ")
	}
	switch l.Of {
	case OfQuota:
		if c := &x.Market.Channels[l.Channel]; *c.Quota != l.Size {
			return fmt.Sprintf("Of the quota of channel %s, one origin may have %s%s, and they are used", c.ID, some(l.Size, "place"), where)
		}
		return fmt.Sprintf("The quota of channel %s%s is used: %s", x.Market.Channels[l.Channel].ID, where, some(l.Size, "place"))
	case OfSafeguard:
		s := &x.Market.Safeguards[l.Safeguard]
		return fmt.Sprintf("Safeguard %s (%s) lets %s be recruited%s, and they are", s.ID, s.Rule, thousands(l.Size), where)
	case OfMobile:
		return fmt.Sprintf("All who are willing to leave have left: %s%s", some(l.Size, "worker"), x.statusOf(l.Row))
	case OfWorkers:
		return fmt.Sprintf("Everybody is placed: %s%s", some(l.Size, "worker"), x.statusOf(l.Row))
	case OfOpenings:
	}
	return "Every opening is filled: " + some(l.Size, "opening")
}

// statusOf tells a cohort of the cell from its others.
func (x *explainer) statusOf(key string) string {
	var words []string
	for _, row := range x.cell.rows {
		if c := &x.Market.Cohorts[row]; c.Key() == key {
			if c.Status != "" {
				words = append(words, c.Status)
			}
			if c.Citizenship != "" {
				words = append(words, "citizens of "+c.Citizenship)
			}
		}
	}
	if words == nil {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// worthInWords says what one more and one less is worth, every term of the objective by itself: first things first.
func (x *explainer) worthInWords(b *StoryBound) string {
	weighed := ""
	if x.Policy.Equity.Value > 0 {
		weighed = " (as the objective weighs them)"
	}
	var text string
	if len(b.Slopes) > 0 {
		text = "One more raises what is proven to be the most by " + slopesInWords(b.Terms, b.Slopes) + weighed + "."
		if !b.Exact {
			return text
		}
		text += " Exactly, one"
	} else {
		text = "One"
	}
	one := func(what string, s *StorySide, until string) string {
		return " more " + what + " " + sideInWords(b.Terms, s.Terms) + until
	}
	up, down := "", ""
	if worth(b.More.Terms) && len(b.Slopes) == 0 {
		up = ", up to a size of " + thousands(b.More.Until)
	}
	if worth(b.Less.Terms) && len(b.Slopes) == 0 {
		down = ", down to " + thousands(b.Less.Until)
	}
	text += one("gains", &b.More, up) + weighed
	if b.Size == 0 {
		return text + "."
	}
	return text + "; one less loses " + sideInWords(b.Terms, b.Less.Terms) + down + "."
}

func worth(terms []int64) bool {
	return slices.ContainsFunc(terms, func(n int64) bool { return n != 0 })
}

// sideInWords writes a row of figures, first things first: `1 filled by channels and 51,000 PPP$ a year`.
func sideInWords(names []string, terms []int64) string {
	var parts []string
	for k, n := range terms {
		switch {
		case n == 0:
		case names[k] == "value":
			parts = append(parts, thousands(n)+" PPP$ a year")
		default:
			parts = append(parts, thousands(n)+" "+names[k])
		}
	}
	if parts == nil {
		return "nothing"
	}
	return listed(parts, "and")
}

func slopesInWords(names []string, slopes []float64) string {
	var parts []string
	for k, s := range slopes {
		switch {
		case s == 0:
		case names[k] == "value":
			parts = append(parts, thousands(int64(math.Round(s)))+" PPP$ a year")
		default:
			parts = append(parts, fmt.Sprintf("%v %s", math.Round(s*1000)/1000, names[k]))
		}
	}
	if parts == nil {
		return "nothing"
	}
	return listed(parts, "and")
}
