package matcher

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Indicator names one figure that a shortage shows in.
type Indicator string

const (
	// IndicatorGap is the share of openings left unfilled after placement.
	IndicatorGap Indicator = "gap"
	// IndicatorFillRate is the share of openings filled from home; a net shortage, closed to home, has 0.
	IndicatorFillRate Indicator = "fill_rate"
	// IndicatorTightness is openings per worker without work; where there is no such worker it is beyond any bound.
	IndicatorTightness Indicator = "tightness"
	// IndicatorWageGrowth is the growth of the occupation's wage within a year, as a share; of a [Signal].
	IndicatorWageGrowth Indicator = "wage_growth"
	// IndicatorVacancyDays is how long its vacancies stay open, in days; of a [Signal].
	IndicatorVacancyDays Indicator = "vacancy_days"
)

// Indicators lists them in the order of files and reports.
func Indicators() []Indicator {
	return []Indicator{IndicatorGap, IndicatorFillRate, IndicatorTightness, IndicatorWageGrowth, IndicatorVacancyDays}
}

// ShortageRule declares what counts as a shortage. It is data, not code: the engine has no opinion of its own.
//
// Each indicator is turned into points between 0 and 1; the score of an occupation is the mean of the points of the
// indicators known, by their weights.
type ShortageRule struct {
	Title      string           `json:"title"`
	Indicators []IndicatorScale `json:"indicators"` // each at most once
	// CutOff is the score from which on there is a shortage.
	CutOff float64 `json:"cut_off"`
	// LeastOpenings is the fewest openings of a cell that says anything; with fewer it is undetermined.
	LeastOpenings int64 `json:"least_openings"`
	// LeastWeight is the part of all weights whose indicators must be known; with less a cell is undetermined.
	LeastWeight float64 `json:"least_weight"`
	// Steps is how fine the weightings are that robustness is counted over: every indicator has a whole number of Steps
	// parts, and all together have Steps.
	Steps int `json:"steps"`
	Provenance
}

// IndicatorScale says what one indicator weighs and how it is read: no points at None, all at Full, in proportion
// between. Full may be the smaller of the two, as for a fill rate.
type IndicatorScale struct {
	Indicator Indicator `json:"indicator"`
	Weight    float64   `json:"weight"`
	None      float64   `json:"none"`
	Full      float64   `json:"full"`
}

// MaxSteps bounds ShortageRule.Steps, so that there are at most 1,001 weightings of five indicators.
const MaxSteps = 10

// Validate reports the first thing wrong with a rule, by its name in shortage.yaml.
func (s *ShortageRule) Validate() error {
	seen := map[Indicator]bool{}
	total := 0.0
	for _, x := range s.Indicators {
		switch {
		case !slices.Contains(Indicators(), x.Indicator):
			return fmt.Errorf("indicators: %q is none of %v", x.Indicator, Indicators())
		case seen[x.Indicator]:
			return fmt.Errorf("indicators.%s: is there twice", x.Indicator)
		case !(x.Weight >= 0 && x.Weight <= 1000):
			return fmt.Errorf("indicators.%s.weight: is %v; it must lie between 0 and 1000", x.Indicator, x.Weight)
		case x.None == x.Full || !(math.Abs(x.None) <= 1e6 && math.Abs(x.Full) <= 1e6):
			return fmt.Errorf("indicators.%s: none (%v) and full (%v) must be different, and at most a million", x.Indicator, x.None, x.Full)
		}
		seen[x.Indicator] = true
		total += x.Weight
	}
	switch {
	case total <= 0:
		return fmt.Errorf("indicators: the weights add up to nothing; give at least one indicator a weight")
	case !(s.CutOff > 0 && s.CutOff <= 1):
		return fmt.Errorf("cut_off: is %v; it must lie above 0 and at most at 1", s.CutOff)
	case s.LeastOpenings < 1 || s.LeastOpenings > 1_000_000:
		return fmt.Errorf("least_openings: is %d; it must lie between 1 and 1000000", s.LeastOpenings)
	case !(s.LeastWeight >= 0 && s.LeastWeight <= 1):
		return fmt.Errorf("least_weight: is %v; it must lie between 0 and 1", s.LeastWeight)
	case s.Steps < 1 || s.Steps > MaxSteps:
		return fmt.Errorf("steps: is %d; it must lie between 1 and %d", s.Steps, MaxSteps)
	}
	return nil
}

// Signal is what is known of an occupation beyond counts. A nil figure is not known.
type Signal struct {
	Region      string   `json:"region"`
	Occupation  string   `json:"occupation"` // ISCO prefix: the longest that fits counts
	Period      string   `json:"period"`
	WageGrowth  *float64 `json:"wage_growth,omitempty"`  // within a year, as a share
	VacancyDays *float64 `json:"vacancy_days,omitempty"` // that a vacancy stays open
	Provenance
}

// Verdict says whether an occupation is short.
type Verdict string

const (
	InShortage   Verdict = "shortage"
	NoShortage   Verdict = "no_shortage"
	Undetermined Verdict = "undetermined" // too few openings, or too little known
)

// Shortage is one country's occupation under a rule.
type Shortage struct {
	Country    string         `json:"country"` // ISO 3166-1 alpha-2
	Occupation string         `json:"occupation"`
	Openings   int64          `json:"openings"`
	Unfilled   int64          `json:"unfilled"`
	Figures    []IndicatorHit `json:"figures"` // of the indicators known, in the rule's order
	Score      *float64       `json:"score,omitempty"`
	Verdict    Verdict        `json:"verdict"`
	// OnList is over how many of Weightings, the ways to weigh the indicators known, the occupation reaches the cut-off.
	OnList     int `json:"on_list"`
	Weightings int `json:"weightings"`
}

// IndicatorHit is an indicator's figure and its points. A figure beyond any bound is nil.
type IndicatorHit struct {
	Indicator Indicator `json:"indicator"`
	Figure    *float64  `json:"figure,omitempty"`
	Points    float64   `json:"points"`
}

// Shortages applies a rule to every occupation of every country that has openings, at the market's level; sorted by
// country and code. Openings coded by a skill belong to no occupation and are left out.
//
// Robustness is counted on the grid of all weightings in which every known indicator has k/Steps of the weight, k whole:
// it asks how much of the verdict is the weights. It takes as many steps as cells times weightings.
func (r *Result) Shortages(rule *ShortageRule) ([]Shortage, error) {
	if err := rule.Validate(); err != nil {
		return nil, err
	}
	cells := map[cell]*Gap{}
	for _, g := range r.Gaps(r.Market.Level) {
		if g.Code.Occupation == "" {
			continue
		}
		at := cell{Country(g.Region), g.Code}
		if cells[at] == nil {
			cells[at] = &Gap{Region: at.country, Code: g.Code}
		}
		sum := cells[at]
		sum.Openings += g.Openings
		sum.Unfilled += g.Unfilled
		sum.Idle += g.Idle
		for w, n := range g.Filled {
			sum.Filled[w] += n
		}
	}
	signals := newSignalBook(r.Market.Signals)
	grids := map[int][][]float64{}
	shortages := []Shortage{}
	for _, g := range cells {
		if g.Openings > 0 {
			shortages = append(shortages, rule.judge(g, signals, grids))
		}
	}
	slices.SortFunc(shortages, func(a, b Shortage) int {
		return cmp.Or(strings.Compare(a.Country, b.Country), strings.Compare(a.Occupation, b.Occupation))
	})
	return shortages, nil
}

// nearly keeps a score that is the cut-off but for rounding on the list.
const nearly = 1e-9

func (s *ShortageRule) judge(g *Gap, signals signalBook, grids map[int][][]float64) Shortage {
	out := Shortage{
		Country: g.Region, Occupation: g.Code.Occupation, Openings: g.Openings, Unfilled: g.Unfilled,
		Figures: []IndicatorHit{}, Verdict: Undetermined,
	}
	var all, known, score float64
	var points []float64
	for _, x := range s.Indicators {
		if x.Weight == 0 {
			continue
		}
		all += x.Weight
		figure, ok := figureOf(x.Indicator, g, signals)
		if !ok {
			continue
		}
		hit := IndicatorHit{Indicator: x.Indicator, Points: x.points(figure)}
		if !math.IsInf(figure, 0) {
			hit.Figure = &figure
		}
		out.Figures = append(out.Figures, hit)
		known += x.Weight
		score += float64(x.Weight * hit.Points)
		points = append(points, hit.Points)
	}
	if len(points) == 0 || g.Openings < s.LeastOpenings || known < all*s.LeastWeight-nearly {
		return out
	}
	score /= known
	out.Score = &score
	out.Verdict = NoShortage
	if score >= s.CutOff-nearly {
		out.Verdict = InShortage
	}
	if grids[len(points)] == nil {
		grids[len(points)] = Weightings(len(points), s.Steps)
	}
	for _, weights := range grids[len(points)] {
		sum := 0.0
		for k, w := range weights {
			sum += float64(w * points[k])
		}
		out.Weightings++
		if sum >= s.CutOff-nearly {
			out.OnList++
		}
	}
	return out
}

// points is what a figure is worth on the scale.
func (x *IndicatorScale) points(figure float64) float64 {
	return min(1, max(0, (figure-x.None)/(x.Full-x.None)))
}

// figureOf is an indicator's figure of a cell with openings; not ok where it is not known.
func figureOf(of Indicator, g *Gap, signals signalBook) (figure float64, ok bool) {
	openings := float64(g.Openings)
	switch of {
	case IndicatorGap:
		return float64(g.Unfilled) / openings, true
	case IndicatorFillRate:
		return float64(g.Filled.Home()) / openings, true
	case IndicatorTightness:
		return openings / float64(g.Idle), true // of no idle workers it is infinite
	case IndicatorWageGrowth, IndicatorVacancyDays:
		return signals.figure(of, g.Region, g.Code.Occupation)
	}
	return 0, false
}

// Weightings lists every way to give n indicators weights of k/steps, k whole, that add up to 1, in lexicographic order:
// (steps+n−1 choose n−1) of them, the corners of the simplex among them.
func Weightings(n, steps int) [][]float64 {
	var out [][]float64
	weights := make([]float64, n)
	var give func(at, left int)
	give = func(at, left int) {
		if at == n-1 {
			weights[at] = float64(left) / float64(steps)
			out = append(out, slices.Clone(weights))
			return
		}
		for k := 0; k <= left; k++ {
			weights[at] = float64(k) / float64(steps)
			give(at+1, left-k)
		}
	}
	if n > 0 {
		give(0, steps)
	}
	return out
}

// signalBook finds signals by region and occupation prefix, latest period last.
type signalBook map[[2]string][]Signal

func newSignalBook(signals []Signal) signalBook {
	book := signalBook{}
	for _, s := range signals {
		key := [2]string{s.Region, s.Occupation}
		book[key] = append(book[key], s)
	}
	for _, list := range book {
		slices.SortFunc(list, func(a, b Signal) int { return strings.Compare(a.Period, b.Period) })
	}
	return book
}

// figure is the latest one of the longest prefix that has any.
func (b signalBook) figure(of Indicator, country, occupation string) (float64, bool) {
	for n := len(occupation); n >= 0; n-- {
		list := b[[2]string{country, occupation[:n]}]
		for i := len(list) - 1; i >= 0; i-- {
			figure := list[i].WageGrowth
			if of == IndicatorVacancyDays {
				figure = list[i].VacancyDays
			}
			if figure != nil {
				return *figure, true
			}
		}
	}
	return 0, false
}
