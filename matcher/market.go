package matcher

import (
	"strconv"
	"strings"
)

// Kind says what a count counts. A market has one time base, stock or flow; net goes with either.
type Kind string

const (
	// Stock is a number at a date, or an annual mean of such numbers.
	Stock Kind = "stock"
	// Flow is a number per year.
	Flow Kind = "flow"
	// Net is a shortage already net of what home could fill: a vacancy of this kind is closed to home placements.
	Net Kind = "net"
)

// Provenance says where a row's figures come from. Every row of a market carries one.
type Provenance struct {
	Source  string `json:"source"`            // the publication, in words
	Date    string `json:"date,omitempty"`    // of publication or retrieval, YYYY, YYYY-MM or YYYY-MM-DD
	Licence string `json:"licence,omitempty"` // terms the figure may be used under
	Assumed bool   `json:"assumed,omitempty"` // no source states the figure: we, or the user, assumed it
	// Estimated marks a figure derived from a published one by stated shares (a crosswalk, a split, a coverage rate).
	Estimated bool `json:"estimated,omitempty"`
}

// Code is an occupation or a skill: what a cohort can do, or a vacancy asks for. Exactly one of the two is set.
type Code struct {
	// Occupation is an ISCO-08 code with as many digits as the market's level; a string, since `0110` is not `110`.
	Occupation string `json:"occupation,omitempty"`
	// Skill is an ISCO skill level (`1` … `4`, or `3-4` where a source does not tell them apart) or an ESCO skill group.
	Skill string `json:"skill,omitempty"`
}

// String writes the code as reports do: the occupation, or `skill:` and the skill.
func (c Code) String() string {
	if c.Skill != "" {
		return "skill:" + c.Skill
	}
	return c.Occupation
}

// ParseCode is the inverse of [Code.String].
func ParseCode(s string) Code {
	if skill, ok := strings.CutPrefix(s, "skill:"); ok {
		return Code{Skill: skill}
	}
	return Code{Occupation: s}
}

// Employed is the status of workers who have work: available for better, but not idle.
const Employed = "employed"

// Cohort is a number of workers alike in region, occupation or skill, and where given citizenship and status.
type Cohort struct {
	Region string `json:"region"` // ISO 3166-1 alpha-2 or ISO 3166-2
	Code
	Status      string `json:"status,omitempty"`      // unemployed, employed, graduate, jobseeker; "" = not stated
	Citizenship string `json:"citizenship,omitempty"` // ISO 3166-1 alpha-2; "" = not stated
	Period      string `json:"period"`                // the year the count is of
	Kind        Kind   `json:"kind"`
	Count       int64  `json:"count"`             // persons; what the policy takes as able and willing is a share of it
	Outside     *int64 `json:"outside,omitempty"` // PPP dollars a year the worker has without a placement; nil = by policy
	Provenance
}

// Key names the cohort by its coded columns; no two cohorts of a market share one.
func (c *Cohort) Key() string {
	return strings.Join([]string{c.Region, c.Code.String(), c.Status, c.Citizenship, c.Period, string(c.Kind)}, "|")
}

// Vacancy is a number of openings alike in region, occupation or skill, and contract.
type Vacancy struct {
	Region string `json:"region"`
	Code
	Contract string `json:"contract,omitempty"` // permanent, temporary, seasonal; "" = not stated
	Months   int    `json:"months,omitempty"`   // length of the contract; 0 = not stated
	Period   string `json:"period"`
	Kind     Kind   `json:"kind"`
	Count    int64  `json:"count"`          // openings
	Wage     *int64 `json:"wage,omitempty"` // PPP dollars a year; nil = the wage of the region and occupation
	Provenance
}

// Key names the vacancy by its coded columns; no two vacancies of a market share one.
func (v *Vacancy) Key() string {
	return strings.Join([]string{v.Region, v.Code.String(), v.Contract, strconv.Itoa(v.Months), v.Period, string(v.Kind)}, "|")
}

// Channel kinds. The kind of a channel decides in which tier of the objective its placements count.
const (
	FreeMovement = "free_movement"
	Agreement    = "agreement"    // between two states, or a state and a bloc
	Visa         = "visa"         // for work, tied to an offer
	PointsVisa   = "points_visa"  // for work, given by points to the person
	Seasonal     = "seasonal"     // for work of a season
	Training     = "training"     // a training partnership: taught at the origin for a post at the destination
	Humanitarian = "humanitarian" // for people who need protection and may work
)

// Recruitment values: who brings the worker and the post together. It decides the class of leavers, see [Channel.Class].
const (
	Active     = "active"     // an employer, agency or state looks for workers at the origin
	Individual = "individual" // the worker applies by himself
)

// Contract values. A vacancy is permanent, temporary or seasonal; a channel may also be circular: temporary, with a
// return that is part of it. See [Channel.Serves].
const (
	PermanentContract = "permanent"
	TemporaryContract = "temporary"
	CircularContract  = "circular"
	SeasonalContract  = "seasonal"
)

// ChannelKinds lists the kinds in the order of files.
func ChannelKinds() []string {
	return []string{FreeMovement, Agreement, Visa, PointsVisa, Seasonal, Training, Humanitarian}
}

// Protections lists the words that a channel's protections, and a gate, may name.
func Protections() []string {
	return []string{
		"no_worker_fee",     // the worker pays no fee to be recruited
		"change_employer",   // the worker may change the employer
		"standard_contract", // a written model contract that both states know
		"equal_treatment",   // pay and conditions as those of the country's own workers
		"social_security",   // covered, with benefits that can be taken home
		"conventions",       // ILO conventions 97, 143, 181 or 189 are in force at the destination
		"complaints",        // a way to complain that does not end the stay
		"family",            // the family may come
	}
}

// Channel is a legal way along corridors from one country to another.
type Channel struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Kind  string `json:"kind"`            // FreeMovement, Agreement …
	Level string `json:"level,omitempty"` // of the instrument: bilateral, regional or global
	// Origins and Destinations are regions, bloc identifiers, or `*` for every region.
	// A country stands for all its subdivisions.
	Origins      []string `json:"origins"`
	Destinations []string `json:"destinations"`
	// Occupations are ISCO prefixes; none means every occupation.
	Occupations []string `json:"occupations,omitempty"`
	Recruitment string   `json:"recruitment,omitempty"` // active, individual; "" is read by kind, see [Channel.Class]
	Contract    string   `json:"contract,omitempty"`    // permanent, temporary, circular, seasonal; "" = any
	Months      int      `json:"months,omitempty"`      // the longest stay; 0 = no limit
	Ages        string   `json:"ages,omitempty"`        // of workers, such as 18-30; told to readers only, since cohorts have no age
	// Quota is the most people a year; nil = none. QuotaOf says over what it is one sum, see [QuotaEach].
	Quota        *int64   `json:"quota,omitempty"`
	QuotaOf      string   `json:"quota_of,omitempty"`
	CostWorker   *int64   `json:"cost_worker,omitempty"`   // PPP dollars once; nil = by policy
	CostEmployer *int64   `json:"cost_employer,omitempty"` // PPP dollars once; nil = by policy
	Days         int      `json:"days,omitempty"`          // from application to start
	Protections  []string `json:"protections,omitempty"`
	Agreement    string   `json:"agreement,omitempty"` // title of the agreement that covers it; "" = none
	ValidFrom    string   `json:"valid_from,omitempty"`
	ValidTo      string   `json:"valid_to,omitempty"`
	InForce      string   `json:"in_force,omitempty"` // yes, law, practice, no, unknown
	URL          string   `json:"url,omitempty"`      // where the source is
	Provenance
}

// QuotaOf values: what a channel's quota is one sum over. A quota each corridor and occupation has for itself is a
// network limit, and so is a sum that turns out to bound a single arc; every other sum is a group limit.
const (
	QuotaEach        = "each"        // per origin region, destination region and occupation
	QuotaTotal       = "total"       // one sum over everything the channel carries
	QuotaOrigin      = "origin"      // one sum per origin country
	QuotaDestination = "destination" // one sum per destination country
	QuotaOccupation  = "occupation"  // one sum per occupation
	QuotaCorridor    = "corridor"    // one sum per origin and destination country
)

// QuotaSums lists what a quota can be one sum over, in the order of files.
func QuotaSums() []string {
	return []string{QuotaEach, QuotaTotal, QuotaOrigin, QuotaDestination, QuotaOccupation, QuotaCorridor}
}

// Wage is what a year's work of an occupation earns in a region, in PPP dollars.
type Wage struct {
	Region     string `json:"region"`     // of an occupation, the wage of the subdivision counts before that of its country
	Occupation string `json:"occupation"` // ISCO prefix: the longest that fits counts; "" = all occupations
	Period     string `json:"period"`
	Wage       int64  `json:"wage"` // whole PPP dollars a year
	Provenance
}

// Fit is the share of the skills of occupation To that a worker of occupation From has.
type Fit struct {
	From           string   `json:"from"`
	To             string   `json:"to"`
	Fit            float64  `json:"fit"`                       // 0 … 1
	TrainingMonths *float64 `json:"training_months,omitempty"` // nil: (1 − fit) of a year
	// Conversion marks a stated way into a regulated occupation; without it no fit leads there.
	Conversion bool   `json:"conversion,omitempty"`
	Source     string `json:"source,omitempty"`
}

// Occupation is what the engine needs to know of an ISCO code at the market's level.
type Occupation struct {
	Code        string `json:"code"`
	Title       string `json:"title"`
	SkillLevels []int  `json:"skill_levels"` // ISCO skill levels, 1 … 4, ascending
	// Skills is the share of each ESCO skill group in the occupation's essential skills; sums to 1, empty if unknown.
	Skills    map[string]float64 `json:"skills,omitempty"`
	Regulated bool               `json:"regulated,omitempty"`
}

// Bloc is a set of countries with common rules, as of the market's period.
type Bloc struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Members []string `json:"members"` // ISO 3166-1 alpha-2
}

// Safeguard rules. All but the gate bound how many of an origin country are recruited without an agreement, the class
// [ClassRecruited] alone: nobody's own right to leave is touched. What they count is what a worker is, and not what he
// becomes abroad: a nurse who leaves to be a carer is a nurse gone.
const (
	// RuleList closes active recruitment for a published list of countries and health occupations. A coarser occupation
	// is closed for the share of it that the list is about.
	RuleList = "list"
	// RuleStay keeps at least the share Amount of a country's stock of the occupations taken together.
	RuleStay = "stay"
	// RuleLeave lets no more than Amount persons of a country leave, of the occupations taken together.
	RuleLeave = "leave"
	// RuleGate shuts every channel of recruitment, with an agreement or without, that lacks one of Protections, for
	// vacancies of the occupations.
	RuleGate = "gate"
)

// SafeguardRules lists the rules in the order of files.
func SafeguardRules() []string { return []string{RuleList, RuleStay, RuleLeave, RuleGate} }

// Safeguard is a rule that protects an origin or those who leave it, applied to each origin country by itself.
type Safeguard struct {
	ID          string   `json:"id"`
	Origins     []string `json:"origins"`               // regions, blocs, or `*`
	Occupations []string `json:"occupations,omitempty"` // ISCO prefixes; none means every occupation
	Rule        string   `json:"rule"`
	Amount      float64  `json:"amount"`           // RuleStay: a share; RuleLeave: persons
	List        string   `json:"list,omitempty"`   // RuleList: its name
	Shares      []Share  `json:"shares,omitempty"` // RuleList: what the list is about, at the market's level
	Protections []string `json:"protections,omitempty"`
	Provenance
}

// Share is the share of an occupation's workers that a list is about.
type Share struct {
	Occupation string  `json:"occupation"`
	Share      float64 `json:"share"`
}

// Market is one consistent set of cohorts, vacancies, channels, fits and wages, all occupations at one ISCO level and
// all counts of one time base. Package datasets builds it from a market directory; order of rows carries no meaning.
type Market struct {
	Title       string       `json:"title"`
	Period      string       `json:"period"` // the year the market stands for
	Level       int          `json:"level"`  // ISCO digits, 1 … 4
	Base        Kind         `json:"base"`   // Stock or Flow
	Cohorts     []Cohort     `json:"cohorts"`
	Vacancies   []Vacancy    `json:"vacancies"`
	Channels    []Channel    `json:"channels"`
	Wages       []Wage       `json:"wages"`
	Fits        []Fit        `json:"fits"`
	Safeguards  []Safeguard  `json:"safeguards,omitempty"`
	Blocs       []Bloc       `json:"blocs"`
	Prices      []PriceLevel `json:"prices,omitempty"`  // of countries, where known; only ledgers use them
	Signals     []Signal     `json:"signals,omitempty"` // of occupations, where known; only the rule of shortages uses them
	Occupations []Occupation `json:"occupations"`
	Notes       []Note       `json:"notes"`
}

// Day is the day whose law the market has, YYYY-MM-DD: the middle of its period, which is nearest to a count at some
// date within the year and to the mean of it.
func (m *Market) Day() string { return m.Period + "-07-01" }

// Note is something a reader of the result must know about the data or the run: rows used as of another year,
// missing wages, unknown coverage, unmapped mass.
type Note struct {
	Topic string `json:"topic"`           // a stable word: as-of, coverage, wages, unmapped, citizenship …
	Text  string `json:"text"`            // one plain sentence
	Count int64  `json:"count,omitempty"` // rows or persons it concerns
}

// Country is the country of a region: what stands before the hyphen.
func Country(region string) string {
	country, _, _ := strings.Cut(region, "-")
	return country
}
