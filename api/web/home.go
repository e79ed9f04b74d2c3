package web

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// Home is what the first page shows.
type Home struct {
	Version string
	// MetricsURL is where Prometheus metrics are served; empty leaves the link out.
	MetricsURL string
	// Run is the current run; nil says that none is published yet.
	Run *Run
}

// PageTitle is the text of the browser's tab.
func (h Home) PageTitle() string {
	if h.Run == nil {
		return "No run published yet · labourmatch"
	}
	return h.Run.Report.Title + " · labourmatch"
}

// Here is the path of the page, for the navigation to mark.
func (Home) Here() string { return "/" }

// Run is one finished run as the page shows it.
type Run struct {
	ID       string
	Finished time.Time
	Report   *report.Report
}

// most is how many rows the tables of gaps and flows show.
const most = 10

// Widest lists the occupations, per country, that lack most workers of their own in their regions, before anything moves.
func (r *Run) Widest() []report.Gap {
	return widest(r.Report.Occupations, r.Report.Level, func(g *report.Gap) int64 { return g.Alone })
}

// Left lists the regions and occupations with most openings that stay empty.
func (r *Run) Left() []report.Gap {
	return widest(r.Report.Gaps, r.Report.Level, func(g *report.Gap) int64 { return g.Unfilled })
}

// widest picks the cells of a level with the largest of a figure, none where it is 0; equals in the order of their keys.
func widest(gaps []report.Gap, level int, figure func(*report.Gap) int64) []report.Gap {
	var list []report.Gap
	for i := range gaps {
		if gaps[i].Level == level && figure(&gaps[i]) > 0 {
			list = append(list, gaps[i])
		}
	}
	slices.SortStableFunc(list, func(a, b report.Gap) int {
		return cmp.Or(cmp.Compare(figure(&b), figure(&a)), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Code, b.Code))
	})
	return list[:min(most, len(list))]
}

// Largest lists the flows of most people between two different regions.
func (r *Run) Largest() []report.Flow {
	list := slices.DeleteFunc(slices.Clone(r.Report.Flows), func(f report.Flow) bool { return f.From == f.To })
	slices.SortStableFunc(list, func(a, b report.Flow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Way, b.Way), cmp.Compare(a.Channel, b.Channel))
	})
	return list[:min(most, len(list))]
}

// LargestCount is the largest of the flows, the full length of a bar; at least 1.
func (r *Run) LargestCount() int64 {
	n := int64(1)
	for _, f := range r.Largest() {
		n = max(n, f.Count)
	}
	return n
}

// Assumed lists the policy numbers that no publication states.
func (r *Run) Assumed() []report.PolicyNumber {
	return slices.DeleteFunc(slices.Clone(r.Report.Policy), func(n report.PolicyNumber) bool { return !n.Assumed })
}

// Tightness is openings per available worker without work, over the whole market at the run's level; nil where there
// is none.
func (r *Run) Tightness() *float64 {
	for _, x := range r.Report.Indices {
		if x.Region == "*" && x.Level == r.Report.Level {
			return x.Tightness
		}
	}
	return nil
}

// OrderText says in words what the order of the objective puts first.
func (r *Run) OrderText() string {
	switch r.Report.Order {
	case matcher.HomeFirst:
		return "home first: people at home, then free movement, then channels, then value"
	case matcher.FillFirst:
		return "fill first: most openings filled, then most value"
	case matcher.ByValue:
		return "value: most value gained"
	default:
		return string(r.Report.Order)
	}
}

// Segment is one piece of a stacked bar: where it starts and how long it is, in percent.
type Segment struct {
	Class string // of the stylesheet, and of the legend
	Label string
	Count int64
	X, W  float64
}

// wayLabels names the ways as readers do, in the order of [matcher.Ways].
var wayLabels = [matcher.NumWays]string{
	matcher.SameRegion:  "same occupation, same region",
	matcher.SameHome:    "same occupation, elsewhere in the country",
	matcher.RelatedHome: "related occupation, in the country",
	matcher.Free:        "free movement",
	matcher.ByChannel:   "channel",
}

// shortLabels name them where there is little room.
var shortLabels = [matcher.NumWays]string{
	matcher.SameRegion:  "same region",
	matcher.SameHome:    "elsewhere at home",
	matcher.RelatedHome: "related occupation",
	matcher.Free:        "free movement",
	matcher.ByChannel:   "channel",
}

// bar divides a bar of 100 into the ways that fill openings and what stays empty. Ways nobody uses are left out.
func bar(ways report.Ways, empty int64) []Segment {
	var list []Segment
	for w, n := range ways.ByWay() {
		list = append(list, Segment{Class: "way-" + strconv.Itoa(w), Label: shortLabels[w], Count: n})
	}
	list = append(list, Segment{Class: "empty", Label: "unfilled", Count: empty})
	list = slices.DeleteFunc(list, func(s Segment) bool { return s.Count <= 0 })
	total := int64(0)
	for _, s := range list {
		total += s.Count
	}
	before := int64(0)
	for i := range list {
		list[i].X = 100 * float64(before) / float64(total)
		list[i].W = 100 * float64(list[i].Count) / float64(total)
		before += list[i].Count
	}
	return list
}

// describe reads a bar aloud.
func describe(list []Segment) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = s.Label + " " + number(s.Count)
	}
	return strings.Join(parts, ", ")
}

// Legend is every piece a bar may have, whether or not it occurs.
func legend() []Segment {
	var list []Segment
	for w, label := range wayLabels {
		list = append(list, Segment{Class: "way-" + strconv.Itoa(w), Label: label})
	}
	return append(list, Segment{Class: "empty", Label: "unfilled"})
}

// number writes a count with commas between thousands.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var out []byte
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, digits[i])
	}
	return sign + string(out)
}

// short writes a large figure in the words people say it in.
func short(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}} {
		if n >= unit.size || n <= -unit.size {
			return strconv.FormatFloat(float64(n)/float64(unit.size), 'f', 1, 64) + " " + unit.name
		}
	}
	return number(n)
}

// share writes part of whole as a percentage: one decimal below ten percent, none above.
func share(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	percent := 100 * float64(part) / float64(whole)
	if percent != 0 && math.Abs(percent) < 9.95 {
		return strconv.FormatFloat(percent, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(percent, 'f', 0, 64) + " %"
}

// decimal writes a figure of a policy or index without trailing zeros, with commas between thousands.
func decimal(x float64) string {
	if math.Abs(x) >= 1000 && x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return number(int64(x))
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// Piece is a stretch of text, or of code where the text had it between backquotes.
type Piece struct {
	Text string
	Code bool
}

// prose cuts a text at its backquotes.
func prose(text string) []Piece {
	var list []Piece
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			list = append(list, Piece{part, i%2 == 1})
		}
	}
	return list
}

func functions() template.FuncMap {
	return template.FuncMap{
		"num":   number,
		"short": short,
		"share": share,
		"dec":   decimal,
		"fixed": func(x *float64, digits int) string {
			if x == nil {
				return "–"
			}
			return strconv.FormatFloat(*x, 'f', digits, 64)
		},
		"bar":      bar,
		"describe": describe,
		"legend":   legend,
		"percent":  func(part, whole int64) float64 { return 100 * float64(part) / float64(max(whole, 1)) },
		"coord":    func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) },
		"way":      wayLabel,
		"wayClass": wayClass,
		"date":     func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") },
		"int":      func(n int) int64 { return int64(n) },
		"lower":    strings.ToLower,
		"prose":    prose,
		"words":    func(s string) string { return strings.ReplaceAll(s, "_", " ") },
	}
}

// wayLabel is the label of a way given by its name in files and in the interface.
func wayLabel(name string) string {
	for _, w := range matcher.Ways() {
		if w.String() == name {
			return wayLabels[w]
		}
	}
	return name
}

func wayClass(name string) string {
	for _, w := range matcher.Ways() {
		if w.String() == name {
			return "way-" + strconv.Itoa(int(w))
		}
	}
	return ""
}
