package matcher

import (
	"fmt"
	"math"
)

// The acts of this file move workers from cohorts to others that differ from them in one thing: their occupation, their
// region, their status.

// Part is a part of the workers of a pattern: so many of them, or a share.
type Part struct {
	Count int64
	Share float64 // 0 … 1; counts where Count is 0
}

// String writes the part as scenario files do.
func (p Part) String() string {
	if p.Count > 0 {
		return thousands(p.Count)
	}
	return fmt.Sprintf("%v %%", math.Round(p.Share*1e8)/1e6)
}

// Train retrains so many workers of a pattern for another occupation. What training costs is the scenario's to add up:
// the workers start in their new occupation.
type Train struct {
	Cells Cells
	Count int64
	Into  string // ISCO code at the market's level
}

func (t Train) apply(a *altered) (Touched, *refusal) {
	if len(t.Into) != a.Level {
		return Touched{}, refuse("Write the code with as many digits as the market's level", "occupation %s is not one of ISCO level %d", t.Into, a.Level)
	}
	cells := t.Cells
	moved, no := a.move(&cells, Part{Count: t.Count}, func(c *Cohort) bool {
		if c.Occupation == t.Into {
			return false
		}
		c.Code = Code{Occupation: t.Into}
		return true
	})
	if no != nil {
		return Touched{}, no
	}
	moved.Text = fmt.Sprintf("%s %s are trained for occupation %s.", some(moved.Persons, "worker"), cells.String(), t.Into)
	return moved, nil
}

// Displace moves a part of the workers of a pattern to another region: a shock, not a placement. They arrive without work
// and without what they had, and are still citizens of where they came from.
type Displace struct {
	Cells Cells
	Part  Part
	To    string
}

func (d Displace) apply(a *altered) (Touched, *refusal) {
	cells := d.Cells
	moved, no := a.move(&cells, d.Part, func(c *Cohort) bool {
		if c.Region == d.To {
			return false
		}
		if c.Citizenship == "" {
			c.Citizenship = Country(c.Region)
		}
		if c.Status == Employed {
			c.Status = unemployed
		}
		c.Region = d.To
		return true
	})
	if no != nil {
		return Touched{}, no
	}
	moved.Text = fmt.Sprintf("%s %s are displaced to %s.", some(moved.Persons, "worker"), cells.String(), d.To)
	return moved, nil
}

const unemployed = "unemployed"

// Idle takes their work from a part of the employed of a pattern.
type Idle struct {
	Cells Cells
	Part  Part
}

func (i Idle) apply(a *altered) (Touched, *refusal) {
	cells := i.Cells
	cells.Status = Employed
	moved, no := a.move(&cells, i.Part, func(c *Cohort) bool {
		c.Status = unemployed
		return true
	})
	if no != nil {
		return Touched{}, no
	}
	moved.Text = fmt.Sprintf("%s %s lose their work.", some(moved.Persons, "worker"), cells.String())
	return moved, nil
}

// cohortsOf lists the cohorts of a pattern and their counts.
func (a *altered) cohortsOf(c *Cells) (index []int, counts []int64) {
	for i := range a.Cohorts {
		if c.workers(&a.Cohorts[i]) {
			index, counts = append(index, i), append(counts, a.Cohorts[i].Count)
		}
	}
	return index, counts
}

func (a *altered) noWorkers(c *Cells) *refusal {
	codes, regions := make([]Code, len(a.Cohorts)), make([]string, len(a.Cohorts))
	for i := range a.Cohorts {
		codes[i], regions[i] = a.Cohorts[i].Code, a.Cohorts[i].Region
	}
	return a.none("workers", c, codes, regions)
}

// move takes a part of the workers of a pattern out of their cohorts, by the cohorts' counts, and puts them into others:
// to makes of a cohort the one its workers come into, or says that they are there already.
func (a *altered) move(cells *Cells, part Part, to func(*Cohort) bool) (Touched, *refusal) {
	all, _ := a.cohortsOf(cells)
	var index []int
	var counts []int64
	var sum int64
	for _, i := range all {
		if c := a.Cohorts[i]; to(&c) {
			index, counts = append(index, i), append(counts, a.Cohorts[i].Count)
			sum += a.Cohorts[i].Count
		}
	}
	if len(index) == 0 {
		return Touched{}, a.noWorkers(cells)
	}
	take := part.Count
	if take == 0 {
		take = share(sum, part.Share)
	}
	switch {
	case take > sum:
		return Touched{}, refuse("Take at most as many as there are", "it takes %s of %s %s", thousands(take), some(sum, "worker"), cells.String())
	case take <= 0:
		return Touched{}, refuse("Take the line out, or write a larger part", "%s of %s %s is nobody", part, some(sum, "worker"), cells.String())
	}
	a.Cohorts = own(a.Cohorts, &a.cohorts)
	at := make(map[string]int, len(a.Cohorts))
	for i := range a.Cohorts {
		at[a.Cohorts[i].Key()] = i
	}
	t := Touched{Persons: take}
	written := map[string]bool{}
	for k, n := range Apportion(take, counts) {
		if n == 0 {
			continue
		}
		from := &a.Cohorts[index[k]]
		from.Count -= n
		from.Assumed = true
		written[from.Key()] = true
		moved := *from
		to(&moved)
		moved.Count, moved.Outside, moved.Provenance = n, nil, a.provenance()
		key := moved.Key()
		written[key] = true
		if i, there := at[key]; there {
			a.Cohorts[i].Count += n
			a.Cohorts[i].Assumed = true
			continue
		}
		at[key] = len(a.Cohorts)
		a.Cohorts = append(a.Cohorts, moved)
	}
	t.Rows = len(written)
	a.Cohorts = sortedBy(a.Cohorts, (*Cohort).Key)
	return t, nil
}
