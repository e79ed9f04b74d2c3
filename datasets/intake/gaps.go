package intake

import (
	"fmt"
	"slices"
	"strings"
)

// Fewer regions or periods than these say nothing of what another should have.
const (
	gapRegions = 5
	gapPeriods = 3
)

// lineKey names a line of cells that differ in one thing only, their place; the last two numbers are not part of the group.
type lineKey [5]uint32

func (k lineKey) group() lineKey {
	k[3], k[4] = 0, 0
	return k
}

// gaps finds cells that are missing where all their neighbours are there: an occupation that all regions have but one, a
// region and occupation that all periods have but one.
func (c *cube) gaps(t *target) {
	c.gap(t, gapRegions, "region", "regions", func(x *cubeCell) (line lineKey, place uint32) {
		return lineKey{x.rest, x.kind, x.period, 0, x.occupation}, x.region
	}, func(x *cubeCell, missing string) string {
		return strings.TrimSpace(missing + " " + c.words[x.occupation] + " of " + c.words[x.period])
	})
	c.gap(t, gapPeriods, "period", "periods", func(x *cubeCell) (line lineKey, place uint32) {
		return lineKey{x.rest, x.kind, 0, x.region, x.occupation}, x.period
	}, func(x *cubeCell, missing string) string { return c.name(x) + " of " + missing })
}

// gap finds the lines of a group that have all but one of the places the group has.
func (c *cube) gap(t *target, least int, column, many string, of func(*cubeCell) (line lineKey, place uint32), name func(x *cubeCell, missing string) string) {
	places := map[lineKey][]uint32{} // of each group
	type placed struct {
		group lineKey
		place uint32
	}
	have := map[placed]bool{}
	enough := false
	for i := range c.cells {
		line, place := of(&c.cells[i])
		group := line.group()
		if k := (placed{group, place}); !have[k] {
			have[k] = true
			places[group] = append(places[group], place)
			enough = enough || len(places[group]) >= least
		}
	}
	if !enough {
		return
	}
	order := make([]int32, len(c.cells))
	for i := range order {
		order[i] = int32(i) //nolint:gosec // at most maxCube
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, _ := of(&c.cells[a])
		y, _ := of(&c.cells[b])
		return slices.Compare(x[:], y[:])
	})
	var names []string
	mass := int64(0)
	for first := 0; first < len(order); {
		x := &c.cells[order[first]]
		line, _ := of(x)
		end, sum := first, int64(0)
		there := map[uint32]bool{}
		for ; end < len(order); end++ {
			y := &c.cells[order[end]]
			other, place := of(y)
			if other != line {
				break
			}
			there[place] = true
			sum += y.n
		}
		if all := places[line.group()]; len(all) >= least && len(there) == len(all)-1 {
			for _, place := range all {
				if !there[place] {
					names = append(names, name(x, c.words[place]))
					mass += sum / int64(end-first)
				}
			}
		}
		first = end
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	shown := strings.Join(names[:min(3, len(names))], ", ")
	if len(names) > 3 {
		shown += ", …"
	}
	t.r.found.add(Finding{
		Severity: Warning, Kind: Gap, Table: t.table.File, Column: column, Times: len(names), Figure: mass,
		What: fmt.Sprintf("%s not among the rows, though all other %s have one: %s; with what the others have on average it would be %s",
			plural(len(names), "cell is", "cells are"), many, shown, grouped(mass)),
		Hint: "Missing is not zero: look whether the source leaves out small figures or suppresses them, and say so in its note",
	})
}
