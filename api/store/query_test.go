package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
	"labourmatch/matcher"
)

func stableCursors(t *testing.T, db *storetest.Database) {
	// The clock stands still for five datasets at a time, so that ids must decide among equals.
	looks := 0
	s := db.Open(t, store.Options{Clock: func() time.Time {
		looks++
		return time.Unix(1_000_000+int64(looks/10), 0)
	}})
	n := 0
	more := func() string {
		n++
		return add(t, s, store.NewDataset{File: datasets.FitsFile}, rowsOf(datasets.FitsFile, n, n+1)).ID
	}
	there := []string{}
	for range 23 {
		there = append(there, more())
	}
	for _, limit := range []int{1, 2, 5, 23, 24, 1000} {
		seen := []store.Dataset{}
		request := store.PageRequest{Limit: limit}
		for {
			page, err := s.Datasets(t.Context(), "", request)
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Items) > limit {
				t.Fatalf("a page of %d for a limit of %d", len(page.Items), limit)
			}
			seen = append(seen, page.Items...)
			if page.Next == "" {
				break
			}
			if len(seen) > 10_000 {
				t.Fatal("the listing has no end")
			}
			if len(seen) < 40 {
				there = append(there, more()) // newer than all of the listing
			}
			request.Cursor = page.Next
		}
		ids := map[string]bool{}
		for i, d := range seen {
			if ids[d.ID] {
				t.Errorf("limit %d: %s was listed twice", limit, d.ID)
			}
			ids[d.ID] = true
			if i > 0 && d.Created.After(seen[i-1].Created) {
				t.Errorf("limit %d: the listing is not newest first", limit)
			}
		}
		for _, id := range there[:23] {
			if !ids[id] {
				t.Errorf("limit %d: %s was not listed", limit, id)
			}
		}
	}
	all := 0
	for d, err := range store.All(func(r store.PageRequest) (store.Page[store.Dataset], error) { return s.Datasets(t.Context(), "", r) }) {
		if err != nil || d.ID == "" {
			t.Fatal(err)
		}
		all++
	}
	if all != len(there) {
		t.Errorf("All walked over %d of %d", all, len(there))
	}
	page, err := s.Datasets(t.Context(), "", store.PageRequest{})
	if want := min(len(there), store.DefaultLimit); err != nil || len(page.Items) != want {
		t.Errorf("a page without a limit has %d, want %d; %v", len(page.Items), want, err)
	}
}

func foreignCursors(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{})
	ctx := t.Context()
	one, two := finished(t, s, outcome()), finished(t, s, outcome())
	first := store.PageRequest{Limit: 1}
	page, err := s.Gaps(ctx, one.ID, store.GapQuery{PageRequest: first, Sort: store.Widest})
	if err != nil || page.Next == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	next := store.PageRequest{Cursor: page.Next, Limit: 9} // another limit is no other listing
	if again, err := s.Gaps(ctx, one.ID, store.GapQuery{PageRequest: next, Sort: store.Widest}); err != nil || len(again.Items) != 1 {
		t.Errorf("the next page: %+v, %v", again, err)
	}
	asks := map[string]func() error{
		"another run": func() error {
			_, err := s.Gaps(ctx, two.ID, store.GapQuery{PageRequest: next, Sort: store.Widest})
			return err
		},
		"another order": func() error { _, err := s.Gaps(ctx, one.ID, store.GapQuery{PageRequest: next}); return err },
		"another filter": func() error {
			_, err := s.Gaps(ctx, one.ID, store.GapQuery{PageRequest: next, Sort: store.Widest, Region: "DE"})
			return err
		},
		"skills":     func() error { _, err := s.Skills(ctx, one.ID, store.SkillQuery{PageRequest: next}); return err },
		"placements": func() error { _, err := s.Placements(ctx, one.ID, store.PlacementQuery{PageRequest: next}); return err },
		"runs":       func() error { _, err := s.Runs(ctx, next); return err },
	}
	for what, ask := range asks {
		err := ask()
		if want := "this cursor belongs to another listing, filter or order; leave it out to begin at the first page"; !errors.Is(err, store.ErrInvalid) || err.Error() != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, err := range map[string]error{
		`the order is "size"; use key or widest`:                                                  func() error { _, err := s.Gaps(ctx, one.ID, store.GapQuery{Sort: "size"}); return err }(),
		`skills cannot be read by "x"; use group or level`:                                        func() error { _, err := s.Skills(ctx, one.ID, store.SkillQuery{Reading: "x"}); return err }(),
		`placements have no layer "x"; use entry (cohort to pool) or placement (pool to vacancy)`: func() error { _, err := s.Placements(ctx, one.ID, store.PlacementQuery{Layer: "x"}); return err }(),
	} {
		if !errors.Is(err, store.ErrInvalid) || err.Error() != what {
			t.Errorf("said %q, want %q", err, what)
		}
	}
}

// market is an outcome of random figures over few regions and codes, so that filters meet and figures tie.
func market(r *rand.Rand) store.Outcome {
	// Z before a: dictionaries say otherwise, bytes do not. DEX is no part of DE.
	regions := []string{"DE", "DE-BY", "DE-BE", "DEX", "DF", "D", "NO", "NO-03", "ÅX", "a", "Z"}
	codes := []string{"2", "21", "212", "2121", "22", "0110", "011", "11", "110"}
	o := store.Outcome{Report: []byte("{}")}
	n := func() int64 { return r.Int64N(4) }
	for level := 1; level <= 2; level++ {
		gaps := store.LevelGaps{Level: level}
		for _, region := range regions {
			for _, code := range codes {
				g := matcher.Gap{Region: region, Code: matcher.Code{Occupation: code}, Title: code, Openings: n(), Filled: matcher.ByWay{n(), n(), n(), n(), n()}, Unfilled: n()}
				if r.IntN(5) == 0 {
					g.Code = matcher.Code{Skill: code}
				}
				if r.IntN(4) > 0 {
					gaps.Gaps = append(gaps.Gaps, g)
				}
			}
		}
		r.Shuffle(len(gaps.Gaps), func(i, j int) { gaps.Gaps[i], gaps.Gaps[j] = gaps.Gaps[j], gaps.Gaps[i] })
		o.Gaps = append(o.Gaps, gaps)
	}
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	for _, region := range regions {
		for _, skill := range []string{"S1", "S2", "T3"} {
			o.Skills = append(o.Skills, matcher.SkillGap{Region: region, Skill: skill, Gap: n(), Openings: n()})
			o.SkillLevels = append(o.SkillLevels, matcher.SkillGap{Region: region, Skill: skill[1:], Gap: n(), Surplus: n()})
		}
	}
	for range 150 {
		p := store.Placement{Layer: store.EntryLayer, Origin: pick(regions), Worker: pick(codes), Pool: pick(codes), Count: n(), Fit: r.Float64()}
		if r.IntN(2) == 0 {
			p = store.Placement{Layer: store.PlacementLayer, Origin: pick(regions), Pool: pick(codes), Destination: pick(regions), Vacancy: pick(codes), Channel: pick([]string{"", "eea"}), Way: pick([]string{"same_region", "channel"}), Count: n()}
		}
		o.Placements = append(o.Placements, p)
	}
	return o
}

// under says whether a region is the other or a part of it, in its own words.
func under(region, of string) bool {
	return of == "" || region == of || strings.HasPrefix(region, of+"-")
}

func kept[T any](list []T, keep func(T) bool) []T {
	out := []T{}
	for _, x := range list {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

func resultsAgree(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{})
	type run struct {
		id string
		o  store.Outcome
	}
	runs := []run{}
	for i := range 3 {
		o := market(rand.New(rand.NewPCG(2026, uint64(i))))
		runs = append(runs, run{finished(t, s, o).ID, o})
	}
	text := func(list ...string) *rapid.Generator[string] { return rapid.SampledFrom(append(list, "", "")) }
	region := text("DE", "DE-BY", "NO", "D", "ÅX", "DE-", "%", "a")
	order := rapid.SampledFrom([]store.Sort{store.ByKey, store.Widest})
	limit := rapid.SampledFrom([]int{1, 2, 3, 7, 50, 1000})
	check := func(t *rapid.T, what string, q, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%s %+v gave\n%v, a plain program gives\n%v", what, q, got, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		run := runs[rapid.IntRange(0, len(runs)-1).Draw(rt, "run")]
		pages := store.PageRequest{Limit: limit.Draw(rt, "limit")}

		g := store.GapQuery{
			Level: rapid.IntRange(0, 3).Draw(rt, "level"), Region: region.Draw(rt, "region"),
			Occupation: text("2", "21", "0110", "1", "11").Draw(rt, "occupation"), Skill: text("", "", "21").Draw(rt, "skill"), Sort: order.Draw(rt, "sort"),
		}
		level := g.Level
		if level == 0 {
			level = 2
		}
		gaps := []matcher.Gap{}
		if level <= 2 {
			gaps = kept(run.o.Gaps[level-1].Gaps, func(x matcher.Gap) bool {
				return under(x.Region, g.Region) && strings.HasPrefix(x.Occupation, g.Occupation) && (g.Skill == "" || x.Skill == g.Skill)
			})
		}
		slices.SortFunc(gaps, func(a, b matcher.Gap) int {
			byKey := cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Occupation, b.Occupation), cmp.Compare(a.Skill, b.Skill))
			if g.Sort == store.Widest {
				return cmp.Or(cmp.Compare(b.Unfilled, a.Unfilled), byKey)
			}
			return byKey
		})
		gotGaps := []matcher.Gap{}
		for _, row := range walk(rt, pages, func(p store.PageRequest) (store.Page[store.GapRow], error) {
			g.PageRequest = p
			return s.Gaps(t.Context(), run.id, g)
		}) {
			gotGaps = append(gotGaps, row.Gap)
		}
		check(rt, "gaps", g, gotGaps, gaps)

		k := store.SkillQuery{
			Reading: rapid.SampledFrom([]string{"", store.ByGroup, store.ByLevel}).Draw(rt, "reading"),
			Region:  g.Region, Skill: text("S1", "1").Draw(rt, "group"), Sort: g.Sort,
		}
		skills := run.o.Skills
		if k.Reading == store.ByLevel {
			skills = run.o.SkillLevels
		}
		skills = kept(skills, func(x matcher.SkillGap) bool {
			return under(x.Region, k.Region) && (k.Skill == "" || x.Skill == k.Skill)
		})
		slices.SortFunc(skills, func(a, b matcher.SkillGap) int {
			byKey := cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Skill, b.Skill))
			if k.Sort == store.Widest {
				return cmp.Or(cmp.Compare(b.Gap, a.Gap), byKey)
			}
			return byKey
		})
		check(rt, "skills", k, walk(rt, pages, func(p store.PageRequest) (store.Page[matcher.SkillGap], error) {
			k.PageRequest = p
			return s.Skills(t.Context(), run.id, k)
		}), skills)

		p := store.PlacementQuery{
			Layer: text(store.EntryLayer, store.PlacementLayer).Draw(rt, "layer"), Origin: g.Region, Destination: region.Draw(rt, "destination"),
			Occupation: g.Occupation, Channel: text("eea").Draw(rt, "channel"), Way: text("channel").Draw(rt, "way"), Sort: g.Sort,
		}
		placements := kept(run.o.Placements, func(x store.Placement) bool {
			return (p.Layer == "" || x.Layer == p.Layer) && under(x.Origin, p.Origin) && under(x.Destination, p.Destination) &&
				strings.HasPrefix(x.Pool, p.Occupation) && (p.Channel == "" || x.Channel == p.Channel) && (p.Way == "" || x.Way == p.Way)
		})
		if p.Sort == store.Widest {
			slices.SortStableFunc(placements, func(a, b store.Placement) int { return cmp.Compare(b.Count, a.Count) })
		}
		check(rt, "placements", p, walk(rt, pages, func(page store.PageRequest) (store.Page[store.Placement], error) {
			p.PageRequest = page
			return s.Placements(t.Context(), run.id, p)
		}), placements)
	})
}

// walk reads a listing page by page.
func walk[T any](t *rapid.T, request store.PageRequest, fetch func(store.PageRequest) (store.Page[T], error)) []T {
	all := []T{}
	for {
		page, err := fetch(request)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) > request.Limit || (page.Next != "" && len(page.Items) < request.Limit) {
			t.Fatalf("a page of %d for a limit of %d, and next %q", len(page.Items), request.Limit, page.Next)
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		if len(all) > 10_000 {
			t.Fatal("the listing has no end")
		}
		request.Cursor = page.Next
	}
}

func injections(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{})
	run := finished(t, s, outcome())
	before := rowCount(t, raw(t, db, url), db)
	for _, evil := range []string{`' OR 1=1 --`, `'; DROP TABLE runs; --`, `" OR ""="`, `%`, `_`, `$1`, `?`, `\`} {
		if _, err := s.Run(t.Context(), evil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("run %q: %v", evil, err)
		}
		if page, err := s.Gaps(t.Context(), run.ID, store.GapQuery{Region: evil, Occupation: evil, Skill: evil}); err != nil || len(page.Items) != 0 {
			t.Errorf("gaps of %q: %+v, %v", evil, page, err)
		}
		if page, err := s.Placements(t.Context(), run.ID, store.PlacementQuery{Origin: evil, Way: evil}); err != nil || len(page.Items) != 0 {
			t.Errorf("placements of %q: %+v, %v", evil, page, err)
		}
		d := add(t, s, store.NewDataset{File: datasets.FitsFile, Name: evil, Owner: evil}, nil)
		if got, err := s.Dataset(t.Context(), d.ID); err != nil || got.Name != evil || got.Owner != evil {
			t.Errorf("%q came back as %+v, %v", evil, got, err)
		}
	}
	after := rowCount(t, raw(t, db, url), db)
	if before["runs"] != after["runs"] || before["run_gaps"] != after["run_gaps"] {
		t.Errorf("rows before %v, after %v", before, after)
	}
}
