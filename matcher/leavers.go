package matcher

import (
	"cmp"
	"slices"
	"strings"
)

// Leavers is how many of an origin country's workers of one occupation leave, by the class they leave in. Free and
// Individual leave by their own right, which no safeguard and no gate touches.
type Leavers struct {
	Origin string `json:"origin"`
	Code          // what they are, not what they do abroad
	Stock  int64  `json:"stock"` // workers of the country and code in the market

	Free       int64 `json:"free"`
	Agreement  int64 `json:"agreement"`
	Recruited  int64 `json:"recruited"`
	Individual int64 `json:"individual"`
}

// OwnRight is how many leave by their own right.
func (l *Leavers) OwnRight() int64 { return l.Free + l.Individual }

// Sum is how many leave.
func (l *Leavers) Sum() int64 { return l.Free + l.Agreement + l.Recruited + l.Individual }

// add adds those who are placed from a class of pool, if they leave.
func (l *Leavers) add(class string, count int64) {
	switch class {
	case ClassOwn, ClassRelated:
	case ClassAgreement:
		l.Agreement += count
	case ClassRecruited:
		l.Recruited += count
	case ClassIndividual:
		l.Individual += count
	default:
		l.Free += count
	}
}

// Leavers lists those who leave, by origin and code.
func (r *Result) Leavers() []Leavers {
	type cell struct {
		origin string
		code   Code
	}
	at := map[cell]*Leavers{}
	for _, e := range r.Entries {
		class := r.Pools[e.Pool].Class
		if class == ClassOwn || class == ClassRelated {
			continue
		}
		c := &r.Market.Cohorts[e.Cohort]
		k := cell{Country(c.Region), c.Code}
		if at[k] == nil {
			at[k] = &Leavers{Origin: k.origin, Code: k.code}
		}
		at[k].add(class, e.Count)
	}
	for i := range r.Market.Cohorts {
		c := &r.Market.Cohorts[i]
		if l := at[cell{Country(c.Region), c.Code}]; l != nil {
			l.Stock += c.Count
		}
	}
	list := make([]Leavers, 0, len(at))
	for _, l := range at {
		list = append(list, *l)
	}
	slices.SortFunc(list, func(a, b Leavers) int {
		return cmp.Or(strings.Compare(a.Origin, b.Origin), strings.Compare(a.Code.String(), b.Code.String()))
	})
	return list
}

// Contract is the contract by which a placement is: that of its channel, which may be circular, else that of its
// vacancy; "" where neither says.
func (r *Result) Contract(p *Placement) string {
	if p.Channel >= 0 && r.Market.Channels[p.Channel].Contract != "" {
		return r.Market.Channels[p.Channel].Contract
	}
	return r.Market.Vacancies[p.Vacancy].Contract
}

// Abroad counts those placed in another country by contract.
func (r *Result) Abroad() map[string]int64 {
	counts := map[string]int64{}
	for i := range r.Placements {
		if p := &r.Placements[i]; p.Way >= Free {
			counts[r.Contract(p)] += p.Count
		}
	}
	return counts
}
