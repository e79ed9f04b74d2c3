package synthetic_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
	"labourmatch/matcher/flow"
	"labourmatch/matcher/flow/flowtest"
)

func draw(t *testing.T, size string, ratio float64, seed uint64) *synthetic.World {
	t.Helper()
	s, err := synthetic.SizeNamed(size)
	if err != nil {
		t.Fatal(err)
	}
	w, err := synthetic.Draw(s, ratio, seed)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func pairs(t *testing.T, w *synthetic.World, o synthetic.Order) *flow.Network {
	t.Helper()
	n, err := w.Pairs(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheSameSeedDrawsTheSameBytesAndAnotherOthers(t *testing.T) {
	text := func(seed uint64) []byte {
		var b bytes.Buffer
		if err := datasets.WriteDIMACS(&b, pairs(t, draw(t, "S", 0.4, seed), synthetic.HomeFirst)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(text(1), text(1)) {
		t.Error("seed 1 drew two worlds")
	}
	if bytes.Equal(text(1), text(2)) {
		t.Error("seeds 1 and 2 drew the same world")
	}
}

// TestAWorldKeepsTheLaw looks at what the package comment promises.
func TestAWorldKeepsTheLaw(t *testing.T) {
	for seed := range uint64(5) {
		w := draw(t, "M", 0.4, seed)
		var workers, vacancies []int64
		for cell := range w.Workers {
			if w.Workers[cell] > 0 {
				workers = append(workers, w.Workers[cell])
			}
			if w.Vacancies[cell] > 0 {
				vacancies = append(vacancies, w.Vacancies[cell])
			}
		}
		cells := float64(len(w.Workers))
		within(t, "cells with workers", float64(len(workers))/cells, 0.93, 0.97)
		within(t, "cells with vacancies", float64(len(vacancies))/cells, 0.82, 0.88)
		slices.Sort(workers)
		within(t, "median of workers", float64(workers[len(workers)/2]), 52, 70)
		total := float64(0)
		for _, count := range workers {
			total += float64(count)
		}
		top := float64(0)
		for _, count := range workers[len(workers)*9/10:] {
			top += float64(count)
		}
		within(t, "share of the largest tenth of cells", top/total, 0.4, 0.8)

		corridors, free := 0, 0
		limited := 0
		for i, country := range w.Countries {
			within(t, "corridors of a country", float64(len(country.Corridors)), 16, 30)
			seen := map[int]bool{i: true}
			for _, c := range country.Corridors {
				if to := w.Regions[c.To[0]].Country; len(c.To) != 1 || seen[to] {
					t.Fatalf("country %d has a corridor twice, or to itself", i)
				} else {
					seen[to] = true
				}
				corridors++
				if c.Free {
					free++
				}
				if c.Quota > 0 {
					limited++
				}
			}
		}
		within(t, "corridors with a quota", float64(limited)/float64(corridors), 0.2, 0.3)
		within(t, "corridors of free movement", float64(free)/float64(corridors), 0.2, 0.3)

		wages, values := map[float64]int{}, 0
		for _, r := range w.Regions {
			for _, o := range w.Occupations {
				wages[float64(int(r.Wage*o.Factor/500+0.5))]++
				values++
			}
		}
		tied := 0
		for _, count := range wages {
			if count > 1 {
				tied += count
			}
		}
		within(t, "tied wages", float64(tied)/float64(values), 0.3, 1)
		for i, o := range w.Occupations {
			for _, r := range o.Related {
				if !slices.ContainsFunc(w.Occupations[r.To].Related, func(b synthetic.Relation) bool {
					return b.To == i && b.Training == r.Training
				}) {
					t.Fatalf("occupation %d can become %d, and not back", i, r.To)
				}
			}
		}
	}
}

func within(t *testing.T, what string, got, least, most float64) {
	t.Helper()
	if got < least || got > most {
		t.Errorf("%s: %.3g, want %v to %v", what, got, least, most)
	}
}

// TestPairsAreAMarket solves small worlds in all orders: nobody is placed who could stay at a profit, and home comes
// first where it is to.
func TestPairsAreAMarket(t *testing.T) {
	for _, ratio := range []float64{0.4, 1.2} {
		w := draw(t, "S", ratio, 7)
		var filled []int64
		for _, order := range synthetic.Orders() {
			n := pairs(t, w, order)
			s, err := flowtest.Solve(context.Background(), n, flow.Options{})
			if err != nil {
				t.Fatal(err)
			}
			units := int64(0)
			for _, f := range s.Flows {
				if n.Arc(int(f.Arc)).To != 0 {
					units += f.Units
				}
			}
			filled = append(filled, units)
		}
		// The orders are home-first, fill-first, value: none fills more than fill-first.
		if filled[1] < filled[0] || filled[1] < filled[2] || filled[2] == 0 {
			t.Errorf("vacancies filled, %v: %v", synthetic.Orders(), filled)
		}
	}
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	if _, err := synthetic.SizeNamed("XL"); err == nil {
		t.Error("a size XL")
	}
	for _, ratio := range []float64{0, -1, 101} {
		if _, err := synthetic.Draw(synthetic.Sizes()[0], ratio, 1); err == nil {
			t.Errorf("a ratio of %v", ratio)
		}
	}
	if _, err := draw(t, "S", 0.4, 1).Pairs("fastest"); err == nil {
		t.Error("an order \"fastest\"")
	}
}
