package api

import (
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

// current is the collector of the current run's figures. It holds the finished figures of one run and swaps them whole
// when another is published, so a scrape sees one run and costs nothing.
//
// There are two families: by country and ISCO major group (labourmatch_openings and its like), and by country and ISCO
// skill level (labourmatch_skill_level_openings and its like). Each adds up to the same totals; they have different
// names, so that a sum over one never counts anybody twice. Ratios cannot be added up: divide sums of openings by sums
// of workers instead.
type current struct {
	clock    func() time.Time
	snapshot atomic.Pointer[snapshot]

	byGroup, byLevel                                     family
	mismatch, age, finished, info, nodes, arcs, distance *prometheus.Desc
}

// family is the figures of cells by country and one class of occupations.
type family struct{ openings, filled, gap, workers, surplus, tightness *prometheus.Desc }

func newFamily(prefix, class, by string) family {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("labourmatch_"+prefix+name, help+", of the current run by country and "+by+".",
			append([]string{"country", class}, more...), nil)
	}
	return family{
		openings:  desc("openings", "Openings"),
		filled:    desc("filled", "Openings that the placement fills, by way", "way"),
		gap:       desc("gap_vacancies", "Openings that stay empty"),
		workers:   desc("workers", "Available workers without work"),
		surplus:   desc("surplus_workers", "Available workers without work or a place"),
		tightness: desc("tightness_ratio", "Openings per available worker without work (V/U; absent where there are none)"),
	}
}

func (f *family) descs() []*prometheus.Desc {
	return []*prometheus.Desc{f.openings, f.filled, f.gap, f.workers, f.surplus, f.tightness}
}

// snapshot is a run's figures as they will be sent; only the age is left to the moment of the scrape.
type snapshot struct {
	run     string
	metrics []prometheus.Metric
	// until is the end of the oldest year that figures are of; zero where that is no year.
	until time.Time
}

func newCurrent(clock func() time.Time) *current {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("labourmatch_"+name, help, labels, nil)
	}
	return &current{
		clock:   clock,
		byGroup: newFamily("", "occupation", "ISCO-08 major group"),
		byLevel: newFamily("skill_level_", "skill_level", "ISCO skill level"),

		mismatch: desc("mismatch_index", "Share of hires lost to mismatch (Şahin, Song, Topa and Violante 2014) over the whole market, by ISCO level.", "level"),
		age:      desc("data_age_seconds", "Time since the end of the oldest year that figures of the current run are of."),
		finished: desc("run_finished_timestamp_seconds", "When the current run was finished."),
		nodes:    desc("solver_nodes", "Nodes of the network the current run was solved on."),
		arcs:     desc("solver_arcs", "Arcs of the network the current run was solved on."),
		distance: desc("solver_distance", "Proven distance of the current run's placement from the best; 0 is optimal."),
		info:     desc("run_info", "The current run; always 1.", "run", "title", "period", "level", "order", "version"),
	}
}

// Describe lists the metrics for the registry.
func (c *current) Describe(out chan<- *prometheus.Desc) {
	own := []*prometheus.Desc{c.mismatch, c.age, c.finished, c.info, c.nodes, c.arcs, c.distance}
	for _, d := range slices.Concat(c.byGroup.descs(), c.byLevel.descs(), own) {
		out <- d
	}
}

// Collect sends the figures of the current run; none where no run is published.
func (c *current) Collect(out chan<- prometheus.Metric) {
	s := c.snapshot.Load()
	if s == nil {
		return
	}
	for _, m := range s.metrics {
		out <- m
	}
	if !s.until.IsZero() {
		out <- prometheus.MustNewConstMetric(c.age, prometheus.GaugeValue, max(0, c.clock().Sub(s.until).Seconds()))
	}
}

// cell sums one country and class.
type cell struct {
	openings, workers, gap, surplus int64
	filled                          matcher.ByWay
}

type cellKey struct{ country, class string }

// show makes the run the one whose figures are scraped.
func (c *current) show(run string, finished time.Time, r *report.Report) {
	s := &snapshot{run: run}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		s.metrics = append(s.metrics, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...))
	}
	cells := func(f *family, sums map[cellKey]*cell) {
		for _, k := range sortedKeys(sums) {
			n := sums[k]
			gauge(f.openings, float64(n.openings), k.country, k.class)
			for _, w := range matcher.Ways() {
				gauge(f.filled, float64(n.filled[w]), k.country, k.class, w.String())
			}
			gauge(f.gap, float64(n.gap), k.country, k.class)
			gauge(f.workers, float64(n.workers), k.country, k.class)
			gauge(f.surplus, float64(n.surplus), k.country, k.class)
			if n.workers > 0 {
				gauge(f.tightness, float64(n.openings)/float64(n.workers), k.country, k.class)
			}
		}
	}
	cells(&c.byGroup, sumGroups(r))
	cells(&c.byLevel, sumSkillLevels(r))
	for _, x := range r.Indices {
		if x.Region == "*" && x.Mismatch != nil {
			gauge(c.mismatch, *x.Mismatch, strconv.Itoa(x.Level))
		}
	}
	if !finished.IsZero() {
		gauge(c.finished, float64(finished.UnixMilli())/1000)
	}
	gauge(c.nodes, float64(r.Proof.Nodes))
	gauge(c.arcs, float64(r.Proof.Arcs))
	gauge(c.distance, float64(r.Proof.Distance))
	gauge(c.info, 1, run, r.Title, r.Period, strconv.Itoa(r.Level), string(r.Order), r.Engine)
	if year, err := strconv.Atoi(r.Oldest); err == nil {
		s.until = time.Date(year+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	c.snapshot.Store(s)
}

// sumGroups adds the cells of ISCO-1 up by country. What the files code by skill has no major group: it is `unknown`
// here, and by skill level in the other family.
func sumGroups(r *report.Report) map[cellKey]*cell {
	sums := map[cellKey]*cell{}
	for i := range r.Gaps {
		g := &r.Gaps[i]
		if g.Level != 1 {
			continue
		}
		code := matcher.ParseCode(g.Code)
		class := code.Occupation
		if class == "" {
			class = "unknown"
		}
		n := at(sums, cellKey{matcher.Country(g.Region), class})
		n.openings += g.Openings
		n.workers += g.Idle
		n.gap += g.Unfilled
		n.surplus += g.Surplus
		for w, count := range g.FilledBy.ByWay() {
			n.filled[w] += count
		}
	}
	return sums
}

// sumSkillLevels adds the cells of ISCO skill levels up by country.
func sumSkillLevels(r *report.Report) map[cellKey]*cell {
	sums := map[cellKey]*cell{}
	for i := range r.Skills {
		g := &r.Skills[i]
		if g.Scheme != report.SchemeLevel {
			continue
		}
		n := at(sums, cellKey{matcher.Country(g.Region), g.Skill})
		n.openings += g.Openings
		n.workers += g.Workers
		n.gap += g.Gap
		n.surplus += g.Surplus
		for w, count := range g.FilledBy.ByWay() {
			n.filled[w] += count
		}
	}
	return sums
}

func at(sums map[cellKey]*cell, k cellKey) *cell {
	if sums[k] == nil {
		sums[k] = &cell{}
	}
	return sums[k]
}

func sortedKeys(sums map[cellKey]*cell) []cellKey {
	keys := make([]cellKey, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b cellKey) int {
		if a.country != b.country {
			if a.country < b.country {
				return -1
			}
			return 1
		}
		if a.class < b.class {
			return -1
		}
		return 1
	})
	return keys
}
