package report

import (
	"labourmatch/matcher"
)

// Format names the layout of the JSON document; a change that could mislead a reader of an older one changes it.
const Format = "labourmatch-report/2"

// Disclaimer is what no reader of a report may miss.
const Disclaimer = "This is what a frictionless plan could fill under stated law and policy. " +
	"It is no forecast of who will move, and no recommendation of a quota."

// Report is a run's outcome. Counts are persons or openings, values whole PPP dollars a year, shares lie between 0 and 1
// and are rounded to six decimals so that they are the same on every machine.
//
// Lists are sorted, so equal inputs give equal documents. Placements and Entries are long and stay out of the JSON
// document; they are in placements.csv and entries.csv, and in a store's tables.
type Report struct {
	Format      string         `json:"format"`
	Engine      string         `json:"engine"` // version of the program that wrote it
	Title       string         `json:"title"`
	Period      string         `json:"period"`        // the year the market stands for
	Oldest      string         `json:"oldest_period"` // the oldest year that figures of it are of
	Base        matcher.Kind   `json:"base"`          // stock or flow
	Level       int            `json:"level"`         // ISCO digits of the run
	Order       matcher.Order  `json:"order"`
	Disclaimer  string         `json:"disclaimer"`
	RunOnly     bool           `json:"run_only,omitempty"` // nothing was solved to compare it with
	Totals      Totals         `json:"totals"`
	Warnings    []string       `json:"warnings"` // what keeps the totals from meaning what they seem to; shown beside them
	Countries   []Country      `json:"countries"`
	Gaps        []Gap          `json:"gaps"`        // region × occupation, at the run's level and every coarser one
	Occupations []Gap          `json:"occupations"` // country × occupation at the run's level: the sum of its regions' cells
	Skills      []SkillGap     `json:"skills"`      // region × ESCO skill group, then region × ISCO skill level
	Flows       []Flow         `json:"flows"`
	Causes      *Causes        `json:"causes,omitempty"` // why openings stay empty; absent where it was not looked for
	Splits      []SplitRow     `json:"splits,omitempty"` // where rows are coarser than the level
	Levels      []LevelRow     `json:"levels"`
	LevelsWhy   string         `json:"levels_why"`
	Cases       []Case         `json:"sensitivity"`
	Orders      []Case         `json:"orders"`
	OrdersSay   []string       `json:"orders_say"` // what the order costs against the others, one sentence each
	Indices     []Index        `json:"indices"`
	Prices      []Price        `json:"prices"`  // what one more of a limit is worth, the tightest first
	Ledgers     []Ledger       `json:"ledgers"` // of every corridor with anybody placed
	Stays       matcher.Stays  `json:"stays"`   // of all placed in another country
	Balances    []Balance      `json:"balance"`
	Safeguards  []Safeguard    `json:"safeguards,omitempty"`
	Shortages   []Shortage     `json:"shortages"` // country × occupation at the run's level
	Policy      []PolicyNumber `json:"policy"`
	Sources     []Source       `json:"sources"`
	Notes       []Note         `json:"notes"`
	// ShortageRule is what Shortages go by.
	ShortageRule matcher.ShortageRule `json:"shortage_rule"`
	Proof        Proof                `json:"certificate"`
	WhatIf       *WhatIf              `json:"what_if,omitempty"` // only of the run of a scenario

	Placements []Placement `json:"-"`
	Entries    []Entry     `json:"-"`
	Caused     []Caused    `json:"-"` // every cell with its causes; in causes.csv

	// Aside are notes about the files that lay beside the market's own and were not read. They are for whoever made the
	// report, not for its readers: the report would be the same without those files, so it does not mention them.
	Aside []Note `json:"-"`

	scenarios []ScenarioFile // what the inputs of a scenario's run have beside the market

	// result is the base run, kept for the certificate file; nil in a report read back from JSON.
	result *matcher.Result
	causes *matcher.Causes // of a run that scenarios go on from
	cells  [][]matcher.Gap // of the result by level, from 1; nil once the report is made
}

// Ways counts persons by how they were placed, or openings by how they were filled; see [matcher.Way].
type Ways struct {
	SameRegion    int64 `json:"same_region"`    // same occupation, same region
	SameElsewhere int64 `json:"same_elsewhere"` // same occupation, elsewhere in the country
	RelatedHome   int64 `json:"related_home"`   // a related occupation, or known by skill only, in the country
	FreeMovement  int64 `json:"free_movement"`  // from another country, by free movement
	Channel       int64 `json:"channel"`        // from another country, by a channel with conditions
}

// WaysOf converts the engine's array.
func WaysOf(b matcher.ByWay) Ways {
	return Ways{
		b[matcher.SameRegion], b[matcher.SameHome], b[matcher.RelatedHome],
		b[matcher.Free], b[matcher.ByChannel],
	}
}

// ByWay converts to the engine's array, which can be indexed by way.
func (w Ways) ByWay() matcher.ByWay {
	return matcher.ByWay{w.SameRegion, w.SameElsewhere, w.RelatedHome, w.FreeMovement, w.Channel}
}

// Sum is the number over all ways.
func (w Ways) Sum() int64 { return w.ByWay().Sum() }

// Totals are the headline figures. Openings = Filled + Unfilled and Workers = Placed + Unplaced.
type Totals struct {
	Openings int64 `json:"openings"`
	Filled   int64 `json:"filled"`
	FilledBy Ways  `json:"filled_by"`
	Unfilled int64 `json:"unfilled"`
	Workers  int64 `json:"workers"` // available
	Placed   int64 `json:"placed"`
	Unplaced int64 `json:"unplaced"`
	Alone    int64 `json:"alone"` // openings no worker of the same occupation in the same region could fill
	Value    int64 `json:"value"` // PPP dollars a year the placements gain
}

// Country is one country's part of the totals: openings in it, and workers of it wherever they are placed.
type Country struct {
	Country   string   `json:"country"` // ISO 3166-1 alpha-2
	Name      string   `json:"name"`
	Regions   int      `json:"regions"` // with anything in them
	Openings  int64    `json:"openings"`
	Filled    int64    `json:"filled"`
	FilledBy  Ways     `json:"filled_by"`
	Unfilled  int64    `json:"unfilled"`
	Alone     int64    `json:"alone"`
	Workers   int64    `json:"workers"`
	Placed    int64    `json:"placed"`
	PlacedBy  Ways     `json:"placed_by"`
	Unplaced  int64    `json:"unplaced"`
	Idle      int64    `json:"idle"`
	Surplus   int64    `json:"surplus"`
	Tightness *float64 `json:"tightness,omitempty"` // openings per idle worker; absent where there are none
}

// Gap is one cell of the outcome: a region and an occupation, or a skill where the files carry one.
// Openings = Filled + Unfilled and Workers = Placed + Unplaced.
type Gap struct {
	Level      int    `json:"level"` // ISCO digits of the cell's codes
	Region     string `json:"region"`
	RegionName string `json:"region_name"`
	Code       string `json:"code"` // ISCO-08, or `skill:` and a skill
	Title      string `json:"title"`
	Openings   int64  `json:"openings"`
	FilledBy   Ways   `json:"filled_by"`
	Unfilled   int64  `json:"unfilled"` // the gap
	Workers    int64  `json:"workers"`
	PlacedBy   Ways   `json:"placed_by"`
	Unplaced   int64  `json:"unplaced"`
	Idle       int64  `json:"idle"`    // workers without work
	Surplus    int64  `json:"surplus"` // of the idle, those left unplaced
	Alone      int64  `json:"alone"`   // the gap before anything moves
}

// Schemes of skills a gap is read in.
const (
	SchemeESCO  = "esco"       // an ESCO skill group
	SchemeLevel = "isco_level" // an ISCO skill level, 1 to 4
)

// SkillGap reads the gap and the surplus of a region in one skill. The rows of a region add up to its gap, in each
// scheme, to the unit.
type SkillGap struct {
	Scheme     string `json:"scheme"`
	Region     string `json:"region"`
	RegionName string `json:"region_name"`
	Skill      string `json:"skill"`
	Title      string `json:"title"`
	Openings   int64  `json:"openings"`
	FilledBy   Ways   `json:"filled_by"`
	Gap        int64  `json:"gap"`
	Workers    int64  `json:"workers"`
	Surplus    int64  `json:"surplus"`
}

// Flow is everybody placed from one region in another (or the same) by one way and channel, over all occupations.
type Flow struct {
	From     string `json:"from"`
	FromName string `json:"from_name"`
	To       string `json:"to"`
	ToName   string `json:"to_name"`
	Way      string `json:"way"`
	Channel  string `json:"channel,omitempty"` // id of the channel; empty at home
	Title    string `json:"channel_title,omitempty"`
	Count    int64  `json:"count"`
}

// LevelRow is the same market at another level of detail. Alone is what no worker of the same occupation in the same
// region could fill; Unfilled what is left after placement.
type LevelRow struct {
	Level     int      `json:"level"` // ISCO digits; 0 for a national classification
	Name      string   `json:"name"`  // `ISCO-3`, `KldB-3`
	Codes     int      `json:"codes"` // occupations with anything in them
	Openings  int64    `json:"openings"`
	Alone     int64    `json:"alone"`
	Share     float64  `json:"share"` // Alone over Openings
	Unfilled  int64    `json:"unfilled"`
	Mismatch  *float64 `json:"mismatch,omitempty"` // the index of the whole market; absent where it is not defined
	Run       bool     `json:"run,omitempty"`      // the level of this run
	Stated    bool     `json:"stated,omitempty"`   // taken from the source: nothing was placed at this level
	Statement string   `json:"statement,omitempty"`
	// Countries is the same by country, those with openings, where the market has several.
	Countries []LevelCountry `json:"countries,omitempty"`
}

// LevelCountry is one country's part of a [LevelRow].
type LevelCountry struct {
	Country  string   `json:"country"`
	Name     string   `json:"name"`
	Openings int64    `json:"openings"`
	Alone    int64    `json:"alone"`
	Share    float64  `json:"share"`
	Unfilled int64    `json:"unfilled"`
	Mismatch *float64 `json:"mismatch,omitempty"`
}

// Case is the totals of the same market under another number or order of the policy.
type Case struct {
	Name      string        `json:"name"`
	Order     matcher.Order `json:"order"`
	Available float64       `json:"available"`
	Mobile    float64       `json:"mobile"`
	Run       bool          `json:"run,omitempty"` // this run itself
	Totals
}

// Index is the summary measures of the market, or of one country, at one level of detail; none is given without it.
type Index struct {
	Level     int      `json:"level"`
	Region    string   `json:"region"` // a country, or `*` for the whole market
	Name      string   `json:"name"`
	Openings  int64    `json:"openings"`            // V of the Beveridge point
	Workers   int64    `json:"workers"`             // U of the Beveridge point: available and without work
	Tightness *float64 `json:"tightness,omitempty"` // V/U; absent where U is 0
	// VacancyRate and UnemploymentRate are V/(E+V) and U/(E+U); absent where the market has no employed.
	VacancyRate      *float64 `json:"vacancy_rate,omitempty"`
	UnemploymentRate *float64 `json:"unemployment_rate,omitempty"`
	Mismatch         *float64 `json:"mismatch,omitempty"` // absent where there are no openings or no workers
}

// PolicyNumber is one figure of the policy, named as in policy.yaml.
type PolicyNumber struct {
	Name string `json:"name"`
	matcher.Number
}

// Source is one publication, with how many of the market's rows, at the run's level, come from it.
type Source struct {
	Source    string `json:"source"`
	Date      string `json:"date,omitempty"`
	Licence   string `json:"licence,omitempty"`
	Rows      int    `json:"rows"`
	Assumed   int    `json:"assumed,omitempty"`   // rows among them that no source states
	Estimated int    `json:"estimated,omitempty"` // rows derived by stated shares
}

// Note is something a reader must know about the data or the run.
type Note = matcher.Note

// Proof summarises the certificate: the objective's terms, what the placement reaches of each, and the proven bound.
type Proof struct {
	Nodes     int    `json:"nodes"`
	Arcs      int    `json:"arcs"`
	Limits    int    `json:"limits,omitempty"` // on sums of arcs, of which the proof is a bound
	Terms     []Term `json:"terms"`
	Distance  int64  `json:"distance"` // terms that do not reach their bound; 0: no placement is better
	Certified bool   `json:"certified"`
}

// Term is one term of the objective. Both figures are totals of the network's costs, which are to be made small: what
// is gained has a minus sign.
type Term struct {
	Name    string `json:"name"`
	Reached string `json:"reached"`
	Bound   string `json:"bound"`
}

// Entry is the first half of a placement: members of a cohort who joined a pool and were placed from it.
type Entry struct {
	Region      string  `json:"region"`
	Code        string  `json:"code"`
	Status      string  `json:"status,omitempty"`
	Citizenship string  `json:"citizenship,omitempty"`
	Period      string  `json:"period"`
	Class       string  `json:"class"`     // of the pool
	PoolCode    string  `json:"pool_code"` // what the pool's members are placed as
	Fit         float64 `json:"fit"`
	Count       int64   `json:"count"`
}

// Placement is the second half: people of a pool placed in a vacancy. Who of a pool went where is not determined.
type Placement struct {
	From     string `json:"from"` // region of the pool
	Class    string `json:"class"`
	To       string `json:"to"` // region of the vacancy
	Code     string `json:"code"`
	Title    string `json:"title"`
	Contract string `json:"contract,omitempty"`
	Months   int    `json:"months,omitempty"`
	Period   string `json:"period"`
	Way      string `json:"way"`
	Channel  string `json:"channel,omitempty"`
	Count    int64  `json:"count"`
}
