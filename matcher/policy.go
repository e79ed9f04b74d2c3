package matcher

import (
	"fmt"
	"math"
)

// Order is the order in which the objective's terms count. Each is exactly lexicographic: a later term never costs an
// earlier one a single unit.
type Order string

const (
	// HomeFirst places most at home, then most by free movement, then most by channels, then gains most value.
	// It mirrors the labour-market test of most immigration laws and is the default.
	HomeFirst Order = "home-first"
	// FillFirst fills most openings, then gains most value.
	FillFirst Order = "fill-first"
	// ByValue gains most value.
	ByValue Order = "value"
)

// Orders lists the orders the engine knows, the default first.
func Orders() []Order { return []Order{HomeFirst, FillFirst, ByValue} }

// Number is one figure of a policy with its unit and source.
type Number struct {
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Source  string  `json:"source,omitempty"`
	Date    string  `json:"date,omitempty"`
	Assumed bool    `json:"assumed,omitempty"` // no source: the figure is a stated assumption
	Text    string  `json:"text,omitempty"`    // what it means, for reports
}

// Policy is the objective's order and numbers. The zero value is not a policy: start from [DefaultPolicy].
type Policy struct {
	Order Order `json:"order"`
	// CauseOrder is the order in which causes are looked for, see [Result.Causes]: each of [Lifts] once; none = as there.
	CauseOrder []Cause `json:"cause_order,omitempty"`

	Available      Number `json:"available"`       // share of a cohort able and willing to work
	Mobile         Number `json:"mobile"`          // share of the available willing to leave the country
	FillShare      Number `json:"fill_share"`      // what an empty post costs beyond its wage, as a share of the wage
	OutsideShare   Number `json:"outside_share"`   // income without a placement, as a share of the wage in own occupation
	TrainingYear   Number `json:"training_year"`   // cost of a full year's training
	Years          Number `json:"years"`           // over which training and one-off costs are spread where no contract says
	RelocationHome Number `json:"relocation_home"` // one-off cost of moving to another region of the country
	RelocationFree Number `json:"relocation_free"` // one-off cost of a move by free movement
	ChannelCost    Number `json:"channel_cost"`    // one-off cost of a channel that states none
	FitThreshold   Number `json:"fit_threshold"`   // below this fit there is no arc
	SkillThreshold Number `json:"skill_threshold"` // below this share of essential skills a skill group reaches no occupation
	LevelFit       Number `json:"level_fit"`       // fit of a worker known only by ISCO skill level with an occupation of that level
	SkillRise      Number `json:"skill_rise"`      // most ISCO skill levels a worker may rise
	Equity         Number `json:"equity"`          // 0 … 1: how fast the fill value falls over the ten steps of a vacancy
	ProtectionCost Number `json:"protection_cost"` // what keeping one protection of a channel costs a year, for each worker
	OriginShare    Number `json:"origin_share"`    // the most that one origin country may have of a quota open to several
	DefaultWage    Number `json:"default_wage"`    // a year's wage where none is known; 0 = such rows are not placed. Either way they are counted

	// What follows has no part in the placement: the ledgers are reckoned with it.
	TakeHome        Number `json:"take_home"`        // share of a wage that is left after taxes and contributions
	RemittanceShare Number `json:"remittance_share"` // share of what is left that is sent home
	TransferCost    Number `json:"transfer_cost"`    // share of what is sent that sending costs
	AlarmShare      Number `json:"alarm_share"`      // a larger share of one partner country raises an alarm
	AlarmHHI        Number `json:"alarm_hhi"`        // a larger concentration over partner countries raises one
	AlarmPeople     Number `json:"alarm_people"`     // below so many people there is none
}

// DefaultPolicy is the policy used where a market directory has no policy.yaml. Every number that no publication
// states is marked assumed, and reports say so.
func DefaultPolicy() Policy {
	assumed := func(v float64, unit, text string) Number {
		return Number{Value: v, Unit: unit, Assumed: true, Text: text, Source: "labourmatch default", Date: "2026"}
	}
	return Policy{
		Order:          HomeFirst,
		Available:      assumed(1, "share", "share of each cohort able and willing to work; 1 is an upper bound"),
		Mobile:         assumed(0.02, "share", "share of the available willing to leave the country"),
		FillShare:      assumed(0.5, "share of wage", "what an empty post costs beyond its wage"),
		OutsideShare:   assumed(0.4, "share of wage", "income of a worker without a placement"),
		TrainingYear:   assumed(20000, "PPP$", "cost of a full year's training"),
		Years:          assumed(2, "years", "over which training and one-off costs are spread"),
		RelocationHome: assumed(3000, "PPP$", "cost of moving to another region of the country, once"),
		RelocationFree: assumed(6000, "PPP$", "cost of a move by free movement, once"),
		ChannelCost:    assumed(10000, "PPP$", "cost of a channel that states none, once"),
		FitThreshold:   assumed(0, "share of skills", "below this fit no way from one occupation to another; 0 takes the level's own"),
		SkillThreshold: assumed(0.15, "share of skills", "below this share a skill group does not reach an occupation"),
		LevelFit:       assumed(0.75, "share of skills", "fit of a worker known only by ISCO skill level"),
		SkillRise:      assumed(1, "levels", "most ISCO skill levels a worker may rise"),
		Equity:         assumed(0, "0 to 1", "how fast the weight of filling one vacancy falls as it fills"),
		ProtectionCost: assumed(0, "PPP$ a year", "cost of keeping one protection of a channel, for each worker"),
		OriginShare:    assumed(1, "share of quota", "most that one origin country may have of a quota open to several; 1 is no limit"),
		DefaultWage:    assumed(20000, "PPP$ a year", "wage where none is known; 0 leaves such rows unplaced"),

		TakeHome:        assumed(0.75, "share of wage", "what is left of a wage abroad after taxes and contributions"),
		RemittanceShare: assumed(0.15, "of net wage", "what people abroad send home"),
		TransferCost: Number{
			Value: 0.07, Unit: "of sum sent", Text: "what sending money home costs: mean of the 367 corridors priced",
			Source: "World Bank, Remittance Prices Worldwide, 2020 Q3", Date: "2020",
		},
		AlarmShare:  assumed(0.5, "share of people", "a larger share of one partner country raises an alarm"),
		AlarmHHI:    assumed(0.25, "0 to 1", "a larger concentration (HHI) over partner countries raises an alarm"),
		AlarmPeople: assumed(100, "people", "with fewer people there is no alarm"),
	}
}

// levelFits are the thresholds of fit a level has of its own, by ISCO digits. A fit between groups is a mean over pairs
// of their members and falls as groups widen, so one threshold cannot serve all levels; these leave some four related
// occupations to each (ESCO 1.1.1), and none between major groups.
var levelFits = [...]float64{1, 1, 0.035, 0.10, 0.25}

// At is the policy with its numbers resolved for a market's level: a fit threshold of 0 becomes the level's own.
func (p Policy) At(level int) Policy {
	if p.FitThreshold.Value == 0 && level >= 0 && level < len(levelFits) {
		p.FitThreshold.Value = levelFits[level]
		p.FitThreshold.Text = fmt.Sprintf("below this fit no way from one occupation to another; the default at %d digits", level)
	}
	return p
}

// NamedNumber is a policy number with the name it has in policy.yaml.
type NamedNumber struct {
	Name string
	*Number
}

// Numbers lists the policy's numbers under their names in policy.yaml, in the order reports print them. The pointers
// lead into the policy, so a reader of policy.yaml sets values through them.
func (p *Policy) Numbers() []NamedNumber {
	return []NamedNumber{
		{"available", &p.Available},
		{"mobile", &p.Mobile},
		{"fill_share", &p.FillShare},
		{"outside_share", &p.OutsideShare},
		{"training_year", &p.TrainingYear},
		{"years", &p.Years},
		{"relocation_home", &p.RelocationHome},
		{"relocation_free", &p.RelocationFree},
		{"channel_cost", &p.ChannelCost},
		{"fit_threshold", &p.FitThreshold},
		{"skill_threshold", &p.SkillThreshold},
		{"level_fit", &p.LevelFit},
		{"skill_rise", &p.SkillRise},
		{"equity", &p.Equity},
		{"protection_cost", &p.ProtectionCost},
		{"origin_share", &p.OriginShare},
		{"default_wage", &p.DefaultWage},
		{"take_home", &p.TakeHome},
		{"remittance_share", &p.RemittanceShare},
		{"transfer_cost", &p.TransferCost},
		{"alarm_share", &p.AlarmShare},
		{"alarm_hhi", &p.AlarmHHI},
		{"alarm_people", &p.AlarmPeople},
	}
}

// Validate reports the first number out of its range, by its name in policy.yaml.
func (p *Policy) Validate() error {
	known := false
	for _, o := range Orders() {
		known = known || p.Order == o
	}
	if !known {
		return fmt.Errorf("policy: order is %q; use one of %v", p.Order, Orders())
	}
	if err := p.validateCauses(); err != nil {
		return err
	}
	for _, n := range p.Numbers() {
		low, high := n.Range()
		if math.IsNaN(n.Value) || n.Value < low || n.Value > high {
			return fmt.Errorf("policy: %s is %v %s; it must lie between %v and %v", n.Name, n.Value, n.Unit, low, high)
		}
	}
	return nil
}

// Range is the least and the most a policy number may be, by its name in policy.yaml, in its unit.
func (n NamedNumber) Range() (low, high float64) {
	low, high = 0, 1
	switch n.Name {
	case "training_year", "relocation_home", "relocation_free", "channel_cost", "protection_cost", "default_wage", "alarm_people":
		high = 1e7
	case "fill_share":
		high = 10
	case "years":
		low, high = 0.5, 50
	case "skill_rise":
		high = 3
	}
	return low, high
}
