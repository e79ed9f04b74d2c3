package matcher

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Ledger is what the placements along one corridor, from one country to another, mean to both its ends. Counts are
// persons, money is whole PPP dollars. A pointer that is nil is a figure whose inputs the market does not have; it is
// never 0.
//
// Which worker of a pool filled which vacancy the model does not determine. The two halves are apportioned within each
// pool (largest remainder, then key), so a ledger's occupations on either side are exact sums over all corridors of a
// country and apportioned among them.
type Ledger struct {
	Origin      string `json:"origin"`      // ISO 3166-1 alpha-2
	Destination string `json:"destination"` // ISO 3166-1 alpha-2
	People      int64  `json:"people"`      // who leave the one for the other
	Free        int64  `json:"free"`        // of them, by free movement
	Channel     int64  `json:"channel"`     // of them, by a channel with conditions
	Stays       Stays  `json:"stays"`       // of them, by how long they stay

	// Fills is the destination's side: the vacancies filled, by the occupation they ask for.
	Fills []LedgerFill `json:"fills"`

	// Leavers is the origin's side: who left, by the occupation they had. A nurse who leaves to be a carer is a nurse gone.
	Leavers []LedgerLeavers `json:"leavers"`
	// Posts are the posts of their own that leavers had and gave up; vacancies that the market does not list yet.
	Posts int64 `json:"posts"`
	// Lost are the origin's own vacancies that home would fill if nobody left the country, and does not; nil where no
	// market without leavers was solved.
	Lost []LedgerLost `json:"lost"`
	// Emptied is how many of them stay empty, and Backfill what the origin has to fill anew: Posts + Emptied.
	Emptied  *int64 `json:"emptied,omitempty"`
	Backfill *int64 `json:"backfill,omitempty"`
	// Touched are the safeguards that name the origin and an occupation of leavers.
	Touched []LedgerTouched `json:"touched"`
	// Returns are those whose stay has an end, by what they did abroad.
	Returns []LedgerReturn `json:"returns"`

	Money LedgerMoney `json:"money"`
}

// LedgerFill is what a corridor fills of the destination's vacancies of one code.
type LedgerFill struct {
	Code
	Count    int64 `json:"count"`
	Openings int64 `json:"openings"` // of the code in the destination
	Gap      int64 `json:"gap"`      // of them, those not filled from home; Count is at most Gap
}

// LedgerLeavers is who left of the origin's workers of one code.
type LedgerLeavers struct {
	Code
	Count int64 `json:"count"`
	Posts int64 `json:"posts"` // of them, those who had work
	// Stock is how many workers of the code the market knows in the origin, able to move or not.
	Stock int64 `json:"stock"`
	// Whole says that Stock counts the employed too. Otherwise a share of it is one of those the market knows, mostly the
	// unemployed, and overstates what is lost.
	Whole bool `json:"whole"`
}

// LedgerLost is the origin's vacancies of one code that home would fill if nobody left.
type LedgerLost struct {
	Code
	Count   int64 `json:"count"`   // not filled from home because of leaving
	Emptied int64 `json:"emptied"` // of them, those that nobody from abroad fills either
}

// LedgerTouched is a safeguard that leavers of a corridor fall under.
type LedgerTouched struct {
	Safeguard string `json:"safeguard"` // its id
	Count     int64  `json:"count"`     // leavers of its origins and occupations
	Recruited int64  `json:"recruited"` // of them, those recruited actively and without an agreement
}

// LedgerReturn is people whose stay has an end, and who come back having worked in an occupation.
type LedgerReturn struct {
	Code         // of the vacancy they filled
	Stay   Stay  `json:"stay"`
	Months int   `json:"months,omitempty"` // of the contract, or what the channel allows; 0 = not stated
	Count  int64 `json:"count"`
}

// LedgerMoney is the money of a corridor. Sums are over those whose wages the market knows: a wage that policy had to
// assume is not counted.
type LedgerMoney struct {
	// Earned is a year's wages abroad, in the destination's PPP dollars, of EarnedOf people.
	Earned   *int64 `json:"earned,omitempty"`
	EarnedOf int64  `json:"earned_of"`
	// Gain is wages abroad less what the leavers had without them, a year, of GainOf people. Each wage is valued where it
	// is earned and spent, so this is a gain of living standard.
	Gain   *int64 `json:"gain,omitempty"`
	GainOf int64  `json:"gain_of"`
	// Sent is what of Earned is sent home a year, in the destination's PPP dollars:
	// remittance_share × take_home × Earned.
	Sent *int64 `json:"sent,omitempty"`
	// Received is what arrives of it, in the origin's PPP dollars:
	// Sent × (1 − transfer_cost) × price level of the destination / price level of the origin.
	Received *int64 `json:"received,omitempty"`
	// CostWorker and CostEmployer are what recruitment and travel cost each, once, of the CostOf and EmployerOf people
	// whose channel states it.
	CostWorker   *int64 `json:"cost_worker,omitempty"`
	CostOf       int64  `json:"cost_of"`
	CostEmployer *int64 `json:"cost_employer,omitempty"`
	EmployerOf   int64  `json:"employer_of"`
	// CostMonths is the worker's cost in months of what he earns abroad (SDG indicator 10.7.1), over those of whom both
	// are known.
	CostMonths *float64 `json:"cost_months,omitempty"`
}

// PriceLevel is how dear a country is: its PPP conversion factor over its market exchange rate, the United States 1. A
// PPP dollar earned there is worth so many US dollars at the bank.
type PriceLevel struct {
	Country string  `json:"country"` // ISO 3166-1 alpha-2
	Period  string  `json:"period"`
	Level   float64 `json:"level"`
	Provenance
}

// Staying is the policy under which nobody leaves his country, otherwise the same. A market solved under it is what
// [Result.Ledgers] holds a result against to see what leaving cost the origins.
func (p Policy) Staying() Policy {
	p.Mobile.Value = 0
	return p
}

// ErrOtherMarket is the error of a result compared with one of another market.
var ErrOtherMarket = errors.New("the result to compare with is of another market")

// Ledgers accounts for everybody placed in another country, by corridor; sorted by origin and destination. Over all
// corridors people, fills and leavers add up to the result's fillings and placings abroad.
//
// Counts, if not nil, says which channels are accounted for, such as those of one agreement. Stay is the same market without those who
// leave by them: solved under [Policy.Staying] where all are, else as [Result.WithoutChannels] has it. Nil leaves out what the
// origins' vacancies lost.
//
// Errors: [ErrOtherMarket]; one that matches [ErrTooLarge] where sums of money do not fit.
func (r *Result) Ledgers(stay *Result, counts func(*Channel) bool) ([]Ledger, error) {
	if stay != nil && (len(stay.Fillings) != len(r.Fillings) || len(stay.Placings) != len(r.Placings)) {
		return nil, ErrOtherMarket
	}
	b := newBooks(r)
	r.eachLeaver(func(e *Entry, p *Placement, n int64) {
		if counts == nil || counts(&r.Market.Channels[p.Channel]) {
			b.leave(e, p, n)
		}
	})
	if stay != nil {
		b.lose(stay)
	}
	ledgers := make([]Ledger, 0, len(b.corridors))
	for _, key := range sortedKeys(b.corridors) {
		a := b.corridors[key]
		if err := a.close(b); err != nil {
			return nil, fmt.Errorf("ledger of %s to %s: %w", key[0], key[1], err)
		}
		ledgers = append(ledgers, a.Ledger)
	}
	return ledgers, nil
}

// WithoutChannels matches the market again with some channels closed, and all else as it is. Who left by them may then go by others.
// Errors are those of [Match].
func (r *Result) WithoutChannels(ctx context.Context, closed func(*Channel) bool, o Options) (*Result, error) {
	m := *r.Market
	m.Channels = slices.Clone(m.Channels)
	for i := range m.Channels {
		if c := &m.Channels[i]; closed(c) {
			c.InForce = "no"
		}
	}
	return Rematch(ctx, r, &m, r.Policy, o)
}

// eachLeaver pairs the entries of every pool abroad with its placements, in whole people: each placement takes of those
// who are left in proportion, so that both margins hold exactly. Entries and placements are sorted by pool.
func (r *Result) eachLeaver(visit func(e *Entry, p *Placement, n int64)) {
	entries, placements := r.Entries, r.Placements
	for len(placements) > 0 {
		pool := placements[0].Pool
		out := 1
		for out < len(placements) && placements[out].Pool == pool {
			out++
		}
		for len(entries) > 0 && entries[0].Pool < pool {
			entries = entries[1:]
		}
		in := 0
		for in < len(entries) && entries[in].Pool == pool {
			in++
		}
		if placements[0].Way >= Free { // a pool is of one class, so all its placements are abroad or none is
			left := make([]int64, in)
			for k := range left {
				left[k] = entries[k].Count
			}
			for i := range placements[:out] {
				for k, n := range Apportion(placements[i].Count, left) {
					if n > 0 {
						visit(&entries[k], &placements[i], n)
						left[k] -= n
					}
				}
			}
		}
		placements = placements[out:]
	}
}
