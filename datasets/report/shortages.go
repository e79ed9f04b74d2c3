package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets"
	"labourmatch/matcher"
)

// Shortage is one country's occupation under the declared rule; see [matcher.Shortage].
type Shortage struct {
	CountryName string `json:"country_name"`
	Title       string `json:"title"`
	matcher.Shortage
}

// addShortages applies the market directory's rule.
func (r *Report) addShortages(rule matcher.ShortageRule) error {
	list, err := r.result.Shortages(&rule)
	if err != nil {
		return fmt.Errorf("apply the rule of shortages: %w", err)
	}
	r.ShortageRule, r.Shortages = rule, []Shortage{}
	for _, s := range list {
		s.Score = sixOf(s.Score)
		for i := range s.Figures {
			s.Figures[i].Figure, s.Figures[i].Points = sixOf(s.Figures[i].Figure), six(s.Figures[i].Points)
		}
		r.Shortages = append(r.Shortages, Shortage{regionName(s.Country), codeTitle(matcher.Code{Occupation: s.Occupation}), s})
	}
	return nil
}

func (r *Report) setShortages(p *page) {
	if len(r.Shortages) == 0 {
		return
	}
	p.section(fmt.Sprintf("Shortages now, by a declared rule (ISCO-%d)", r.Level))
	verdicts := map[matcher.Verdict]int64{}
	var list []Shortage
	for _, s := range r.Shortages {
		verdicts[s.Verdict]++
		if s.Verdict == matcher.InShortage {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Shortage) int {
		return cmp.Or(cmp.Compare(b.OnList*a.Weightings, a.OnList*b.Weightings), cmp.Compare(*b.Score, *a.Score), cmp.Compare(b.Openings, a.Openings))
	})
	var rows [][]string
	for _, s := range list[:min(rowsShown, len(list))] {
		rows = append(rows, []string{
			s.Country + " " + s.Occupation + " " + s.Title, count(s.Openings), s.shown(matcher.IndicatorGap, true),
			s.shown(matcher.IndicatorFillRate, true), s.shown(matcher.IndicatorTightness, false), fmt.Sprintf("%.2f", *s.Score),
			fmt.Sprintf("%d/%d", s.OnList, s.Weightings),
		})
	}
	if len(rows) > 0 {
		p.grid([]column{
			{title: "Occupation", flex: true, lines: 2},
			{title: "Open", right: true},
			{title: "Gap", right: true},
			{title: "At home", right: true},
			{title: "V/U", right: true},
			{title: "Score", right: true},
			{title: "On lists", right: true},
		}, rows)
	}
	p.prose(2, 0, fmt.Sprintf("Short: %s occupations; not short: %s; undetermined: %s (fewer than %s openings, or too "+
		"little known). %s", comma(verdicts[matcher.InShortage]), comma(verdicts[matcher.NoShortage]), comma(verdicts[matcher.Undetermined]),
		comma(r.ShortageRule.LeastOpenings), ruleSays(&r.ShortageRule)))
}

// shown is an indicator's figure for a table: ∞ where it is beyond any bound, a dash where it is not known.
func (s *Shortage) shown(of matcher.Indicator, share bool) string {
	for _, f := range s.Figures {
		switch {
		case f.Indicator != of:
		case f.Figure == nil:
			return "∞"
		case share:
			return fmt.Sprintf("%.1f %%", 100**f.Figure)
		default:
			return fmt.Sprintf("%.2f", *f.Figure)
		}
	}
	return "–"
}

// ruleSays is a rule in sentences.
func ruleSays(rule *matcher.ShortageRule) string {
	var parts []string
	for _, x := range rule.Indicators {
		if x.Weight > 0 {
			parts = append(parts, fmt.Sprintf("%s × %s (%s to %s)", x.Indicator, plain(x.Weight), real6(x.None), real6(x.Full)))
		}
	}
	assumed := ""
	if rule.Assumed {
		assumed = ", assumed"
	}
	return fmt.Sprintf("The rule (%s%s): the score is the weighted mean of %s; short from %s on. On lists: over how many "+
		"ways to weigh what is known it stays short. Put your own rule into %s.",
		rule.Source, assumed, strings.Join(parts, ", "), real6(rule.CutOff), datasets.ShortageFile)
}

func shortageColumns() []string {
	columns := []string{"country", "country_name", "occupation", "title", "openings", "unfilled"}
	for _, i := range matcher.Indicators() {
		columns = append(columns, string(i))
	}
	return append(columns, "score", "verdict", "on_list", "weightings")
}

func shortageCells(s *Shortage) []string {
	row := []string{
		datasets.Guard(s.Country), datasets.Guard(s.CountryName), datasets.Guard(s.Occupation), datasets.Guard(s.Title),
		number(s.Openings), number(s.Unfilled),
	}
	for _, i := range matcher.Indicators() {
		cell := ""
		for _, f := range s.Figures {
			if f.Indicator == i && f.Figure == nil {
				cell = "inf"
			} else if f.Indicator == i {
				cell = real6(*f.Figure)
			}
		}
		row = append(row, cell)
	}
	score := ""
	if s.Score != nil {
		score = real6(*s.Score)
	}
	return append(row, score, string(s.Verdict), strconv.Itoa(s.OnList), strconv.Itoa(s.Weightings))
}
