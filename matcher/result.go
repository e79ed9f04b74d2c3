package matcher

import (
	"labourmatch/matcher/flow"
)

// Way is how a vacancy is filled, or a worker placed.
type Way int

const (
	// SameRegion: same occupation, same region.
	SameRegion Way = iota
	// SameHome: same occupation, elsewhere in the country.
	SameHome
	// RelatedHome: a related occupation (or a worker known by skill only), anywhere in the country.
	RelatedHome
	// Free: free movement from another country.
	Free
	// ByChannel: a channel with conditions from another country.
	ByChannel
	// NumWays is the number of ways, for arrays indexed by Way.
	NumWays
)

var wayNames = [NumWays]string{"same_region", "same_elsewhere", "related_home", "free_movement", "channel"}

// String is the way's name in files, metrics and the API.
func (w Way) String() string { return wayNames[w] }

// Ways lists every way in the order reports print them.
func Ways() []Way { return []Way{SameRegion, SameHome, RelatedHome, Free, ByChannel} }

// ByWay counts persons by way.
type ByWay [NumWays]int64

// Sum is the number over all ways.
func (b ByWay) Sum() (n int64) {
	for _, x := range b {
		n += x
	}
	return n
}

// Class of a pool: how its members may be placed.
const (
	ClassOwn     = "own"     // workers in their own occupation, at home
	ClassRelated = "related" // workers in a related occupation, at home
	// Abroad a class is `free:BLOC`, or one of:
	ClassAgreement  = "agreement"  // leavers covered by an agreement
	ClassRecruited  = "recruited"  // leavers recruited without one; safeguards bound them alone
	ClassIndividual = "individual" // leavers who apply by themselves
)

// Pool is "people in a region who can do this", split by class. Who of a pool fills which vacancy is not determined;
// any table from cohorts to vacancies is apportioned, and labelled so.
type Pool struct {
	Region string `json:"region"`
	Code
	Class string `json:"class"`
}

// Entry is the first half of a placement: members of a cohort who joined a pool and were placed from it.
type Entry struct {
	Cohort int     `json:"cohort"` // index in Result.Market.Cohorts
	Pool   int     `json:"pool"`   // index in Result.Pools
	Count  int64   `json:"count"`
	Fit    float64 `json:"fit"` // share of the skills asked for; 1 in the own occupation
}

// Placement is the second half: people of a pool placed in a vacancy. Where pools and vacancies of a country are many
// enough to meet in a hub, who went where is paired off in the order of keys, see docs/decisions/0006-hubs.md.
type Placement struct {
	Pool    int   `json:"pool"`    // index in Result.Pools
	Vacancy int   `json:"vacancy"` // index in Result.Market.Vacancies
	Channel int   `json:"channel"` // index in Result.Market.Channels; -1 at home
	Way     Way   `json:"way"`
	Count   int64 `json:"count"`
}

// Filling is what became of one vacancy's openings: openings = filled + unfilled.
type Filling struct {
	Openings int64 `json:"openings"`
	Filled   ByWay `json:"filled"`
	Unfilled int64 `json:"unfilled"`
}

// Placing is what became of one cohort: workers = placed + unplaced. Workers is the available share of the count.
// A worker placed at home in the own occupation is counted as SameRegion or SameHome by apportioning the pool's
// placements (largest remainder, then key) where several cohorts share a pool.
type Placing struct {
	Workers  int64 `json:"workers"`
	Placed   ByWay `json:"placed"`
	Unplaced int64 `json:"unplaced"`
}

// Totals are the headline figures of a result.
type Totals struct {
	Openings int64 `json:"openings"`
	Workers  int64 `json:"workers"` // available
	Filled   ByWay `json:"filled"`
	Unfilled int64 `json:"unfilled"`
	Unplaced int64 `json:"unplaced"`
	Value    int64 `json:"value"` // whole PPP dollars a year gained by the placements
}

// Certificate is what a stranger needs to check that no better placement exists: the network, the flow on it and the
// node potentials of every term of the objective. [flow.Certify] checks it in 128-bit sums.
type Certificate struct {
	Network  *flow.Network
	Solution *flow.Solution
	Terms    []string // the objective's terms, first counts first
}

// Result is the outcome of one market under one policy. Cohorts and vacancies are those of Market, which is the input
// sorted by key; shuffling the input's rows changes no byte of a result.
type Result struct {
	Market      *Market
	Policy      Policy
	Pools       []Pool
	Entries     []Entry
	Placements  []Placement
	Fillings    []Filling // one per vacancy
	Placings    []Placing // one per cohort
	Totals      Totals
	Limits      []Limit // quotas and safeguards, and how far they are used
	Notes       []Note  // what the engine left out or assumed, counted
	Certificate Certificate

	drawn *network // what the certificate's network was drawn from, for [WhatIf] and prices
}
