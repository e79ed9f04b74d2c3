package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
	"labourmatch/matcher/flow"
)

// anyPlan is how all is solved here: LEMON too gives any of the optimal plans.
var anyPlan = flow.Options{AnyPlan: true}

// market is a market as pairs, which is changed, solved again, and put back.
type market struct {
	*synthetic.World
	n    *flow.Network
	base *flow.Solution
	cell []int32 // of a node; see synthetic.World.Pairs for their order
	from int32   // the first node of vacancies
	undo []func()
}

// change is a kind of change: edit makes the one with this number, and draws from r what it leaves open.
type change struct {
	name  string
	goal  float64 // in sizes L and W, the most that it may take of LEMON's time from nothing; 0 if there is none
	times int
	hard  bool // our own time from nothing is then that of the changed market
	edit  func(m *market, r *rand.Rand, number int)
}

func changes() []change {
	const enough = 21
	return []change{
		{"capacity of an arc in use halved", 0.005, enough, false, (*market).halveArc},
		{"vacancies of a cell, half or double", 0.005, enough, false, (*market).changeVacancies},
		{"workers of a cell, half or double", 0.005, enough, false, (*market).changeWorkers},
		{"a corridor closed", 0.005, enough, false, (*market).closeCorridor},
		{"wages of a country ± 10 %", 0.02, enough, false, (*market).changeWages},
		{"one of the three busiest corridors closed", 0, 3, true, (*market).closeBusiest},
		{"all workers halved", 0, 3, true, (*market).halveAll},
		{"wages of ten countries doubled", 0, 3, true, (*market).doubleWages},
	}
}

// whatIf makes the table of changes.
func (b *bench) whatIf(ctx context.Context) error {
	b.line("| market (seed %d) | change | how many | time | share of LEMON's from nothing | goal | worst share of our own from nothing | goal | certify |", b.seed)
	b.line("|---|---|---|---|---|---|---|---|---|")
	for _, size := range b.sizes {
		for _, order := range []synthetic.Order{synthetic.HomeFirst, synthetic.Value} {
			if err := b.whatIfIn(ctx, size, order); err != nil {
				return err
			}
		}
	}
	b.machine("That is of what is solved from nothing; what goes on from a solution is measured once a change. Ratio 0.4. " +
		"In the last three changes, our own from nothing is that of the changed market.")
	return nil
}

func (b *bench) whatIfIn(ctx context.Context, size string, order synthetic.Order) error {
	m, err := newMarket(size, order, b.seed)
	if err != nil {
		return err
	}
	file := filepath.Join(b.dir, "what-if.min")
	if err := m.write(file); err != nil {
		return err
	}
	cold, theirs, err := b.fromNothing(ctx, m, size, file)
	if err != nil {
		return err
	}
	_ = os.Remove(file) // a gigabyte in size W
	b.line("| %s, %s | none: from nothing | | %.3g s; LEMON %.3g s | | | | | |", size, order, cold, theirs)
	for _, c := range changes() {
		r := rand.New(rand.NewPCG(b.seed, 0x77686174))
		var resolved, certified, shares []float64
		for i := range c.times {
			c.edit(m, r, i)
			solution, took, err := timed(func() (*flow.Solution, error) { return flow.Resolve(ctx, m.n, m.base, anyPlan) })
			if err != nil {
				return fmt.Errorf("%s, %s, change %d: %w", size, c.name, i, err)
			}
			began := time.Now()
			if err := flow.Certify(m.n, solution); err != nil {
				return fmt.Errorf("%s, %s, change %d: %w", size, c.name, i, err)
			}
			certified = append(certified, time.Since(began).Seconds())
			own := cold
			if c.hard {
				if _, own, err = timed(func() (*flow.Solution, error) { return flow.Solve(ctx, m.n, anyPlan) }); err != nil {
					return err
				}
			}
			resolved, shares = append(resolved, took), append(shares, took/own)
			m.restore()
		}
		self := func(x float64) float64 { return x }
		goal, most := c.goal, 1.1
		if size != "L" && size != "W" {
			goal, most = 0, 0
		}
		took, worst := median(resolved, self), slices.Max(shares)
		b.line("| %s, %s | %s | %d | %.3g s | %.2f %% | %s | %.0f %% | %s | %.3g s |", size, order, c.name, c.times, took,
			100*took/theirs, percent(took/theirs, goal), 100*worst, percent(worst, most), median(certified, self))
	}
	return nil
}

// percent is against in per cent.
func percent(got, goal float64) string {
	switch {
	case goal == 0:
		return "–"
	case got <= goal:
		return fmt.Sprintf("≤ %.3g %%, met", 100*goal)
	}
	return fmt.Sprintf("≤ %.3g %%, missed", 100*goal)
}

func newMarket(size string, order synthetic.Order, seed uint64) (*market, error) {
	s, err := synthetic.SizeNamed(size)
	if err != nil {
		return nil, err
	}
	world, err := synthetic.Draw(s, 0.4, seed)
	if err != nil {
		return nil, err
	}
	n, err := world.Pairs(order)
	if err != nil {
		return nil, err
	}
	m := &market{World: world, n: n, cell: []int32{-1}}
	for _, counts := range [][]int64{world.Workers, world.Vacancies} {
		m.from = int32(len(m.cell)) // in the end, of the vacancies
		for cell, count := range counts {
			if count > 0 {
				m.cell = append(m.cell, int32(cell))
			}
		}
	}
	if len(m.cell) != n.Nodes() {
		return nil, fmt.Errorf("a market has %d nodes, %d were expected", n.Nodes(), len(m.cell))
	}
	return m, nil
}

func (m *market) write(file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	if err := datasets.WriteDIMACS(out, m.n); err != nil {
		return err
	}
	return out.Close()
}

// fromNothing solves a market, and has LEMON solve it, in turn.
func (b *bench) fromNothing(ctx context.Context, m *market, size, file string) (ours, theirs float64, err error) {
	all, err := b.turns(size, size,
		func() (outcome, error) {
			solution, took, err := timed(func() (*flow.Solution, error) { return flow.Solve(ctx, m.n, anyPlan) })
			if err != nil {
				return outcome{}, err
			}
			m.base = solution
			return outcome{seconds: took, cost: solution.Costs[0].String()}, nil
		},
		func() (outcome, error) { return lemon(ctx, file) })
	if err != nil {
		return 0, 0, err
	}
	return median(all[0], seconds), median(all[1], seconds), nil
}

// timed takes the time of a solve, without what was left over by the one before.
func timed(solve func() (*flow.Solution, error)) (*flow.Solution, float64, error) {
	runtime.GC()
	began := time.Now()
	solution, err := solve()
	return solution, time.Since(began).Seconds(), err
}

// region is the region of a node, country the number of its country.
func (m *market) region(node int32) int  { return int(m.cell[node]) / len(m.Occupations) }
func (m *market) country(node int32) int { return m.Regions[m.region(node)].Country }

// pair says whether an arc places workers, as opposed to leaving them or vacancies alone.
func pair(a flow.Arc) bool { return a.To != 0 }

// pairs calls do for every pair.
func (m *market) pairs(do func(i int, a flow.Arc)) {
	for i := range m.n.Arcs() {
		if a := m.n.Arc(i); pair(a) {
			do(i, a)
		}
	}
}

func (m *market) setUpper(i int, upper int64) {
	a := m.n.Arc(i)
	was := a
	a.Upper = upper
	m.n.SetArc(i, a)
	m.undo = append(m.undo, func() { m.n.SetArc(i, was) })
}

func (m *market) setSupply(v int32, supply int64) {
	was := m.n.Supply(v)
	m.n.SetSupply(v, supply)
	m.undo = append(m.undo, func() { m.n.SetSupply(v, was) })
}

func (m *market) setCost(i int, cost int64) {
	was := m.n.Cost(0, i)
	m.n.SetCost(0, i, cost)
	m.undo = append(m.undo, func() { m.n.SetCost(0, i, was) })
}

// restore takes all changes back.
func (m *market) restore() {
	for _, back := range slices.Backward(m.undo) {
		back()
	}
	m.undo = m.undo[:0]
}

// halveArc gives an arc that is in use a capacity of half of what it carries.
func (m *market) halveArc(r *rand.Rand, _ int) {
	for {
		f := m.base.Flows[r.IntN(len(m.base.Flows))]
		if pair(m.n.Arc(int(f.Arc))) {
			m.setUpper(int(f.Arc), f.Units/2)
			return
		}
	}
}

// changeVacancies halves or doubles the vacancies of a cell, and what pairs may carry with them.
func (m *market) changeVacancies(r *rand.Rand, number int) {
	node := m.from + int32(r.IntN(len(m.cell)-int(m.from)))
	count := halfOrDouble(m.Vacancies[m.cell[node]], number)
	for i := range m.n.Arcs() {
		switch a := m.n.Arc(i); {
		case a.From == node:
			m.setUpper(i, count)
		case a.To == node:
			m.setUpper(i, min(m.Workers[m.cell[a.From]], count))
		}
	}
}

// changeWorkers halves or doubles the workers of a cell, and what its arcs may carry with them.
func (m *market) changeWorkers(r *rand.Rand, number int) {
	node := 1 + int32(r.IntN(int(m.from)-1))
	was := m.Workers[m.cell[node]]
	count := halfOrDouble(was, number)
	m.setSupply(node, count)
	m.setSupply(0, m.n.Supply(0)-count+was)
	for i := range m.n.Arcs() {
		switch a := m.n.Arc(i); {
		case a.From != node:
		case a.To == 0:
			m.setUpper(i, count)
		default:
			m.setUpper(i, min(count, m.Vacancies[m.cell[a.To]]))
		}
	}
}

func halfOrDouble(count int64, number int) int64 {
	if number%2 == 0 {
		return count / 2
	}
	return 2 * count
}

// closeCorridor closes a corridor that is drawn, whether anybody uses it or not.
func (m *market) closeCorridor(r *rand.Rand, _ int) {
	from := r.IntN(len(m.Countries))
	all := m.Countries[from].Corridors
	m.shut(from, m.Regions[all[r.IntN(len(all))].To[0]].Country)
}

// closeBusiest closes the corridor that carries most, or the next.
func (m *market) closeBusiest(_ *rand.Rand, number int) {
	carries := make([]int64, len(m.Countries)*len(m.Countries))
	for _, f := range m.base.Flows {
		if a := m.n.Arc(int(f.Arc)); pair(a) && m.country(a.From) != m.country(a.To) {
			carries[m.country(a.From)*len(m.Countries)+m.country(a.To)] += f.Units
		}
	}
	for range number {
		carries[slices.Index(carries, slices.Max(carries))] = 0
	}
	busiest := slices.Index(carries, slices.Max(carries))
	m.shut(busiest/len(m.Countries), busiest%len(m.Countries))
}

// shut closes all ways from a country to another.
func (m *market) shut(from, to int) {
	m.pairs(func(i int, a flow.Arc) {
		if m.country(a.From) == from && m.country(a.To) == to {
			m.setUpper(i, 0)
		}
	})
}

func (m *market) changeWages(r *rand.Rand, number int) {
	raise := 0.1
	if number%2 == 0 {
		raise = -0.1
	}
	m.raise(map[int]bool{r.IntN(len(m.Countries)): true}, raise)
}

func (m *market) doubleWages(r *rand.Rand, _ int) {
	countries := map[int]bool{}
	for _, country := range r.Perm(len(m.Countries))[:10] {
		countries[country] = true
	}
	m.raise(countries, 1)
}

// raise raises the wages of some countries by a share, rounded to 500 as all wages; a pair is worth 1.5 of it.
func (m *market) raise(countries map[int]bool, share float64) {
	wage := func(w float64) float64 { return math.Round(w/500) * 500 }
	m.pairs(func(i int, a flow.Arc) {
		if !countries[m.country(a.To)] {
			return
		}
		w := m.Regions[m.region(a.To)].Wage * m.Occupations[int(m.cell[a.To])%len(m.Occupations)].Factor
		m.setCost(i, m.n.Cost(0, i)-int64(1.5*(wage(w*(1+share))-wage(w))))
	})
}

func (m *market) halveAll(*rand.Rand, int) {
	all := int64(0)
	for v := int32(1); v < m.from; v++ {
		count := m.n.Supply(v) / 2
		m.setSupply(v, count)
		all += count
	}
	m.setSupply(0, -all)
}
