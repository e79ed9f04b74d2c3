package synthetic

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"labourmatch/datasets/codes"
)

// Size is how large a world is.
type Size struct {
	Name        string
	Regions     int
	Occupations int
	Corridors   int // of an origin, on average
}

// Sizes are the sizes with a name, from 3,000 to 40 million pairs.
func Sizes() []Size {
	return []Size{
		{"S", 20, 12, 6},
		{"M", 60, 45, 20},
		{"L", 100, 130, 45},
		{"W", 200, 436, 60},
	}
}

// SizeNamed returns the size with this name.
func SizeNamed(name string) (Size, error) {
	var known []string
	for _, s := range Sizes() {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return Size{}, fmt.Errorf("there is no size %q; there are %s", name, strings.Join(known, ", "))
}

// World is a drawn world. Cells are numbered region by region: cell r·len(Occupations) + o.
type World struct {
	Regions     []Region
	Occupations []Occupation
	Workers     []int64 // per cell; 0 where there are none
	Vacancies   []int64 // per cell
}

// Region is a country of a world.
type Region struct {
	Code      string  // ISO 3166-1
	Wage      float64 // mean, a year
	Corridors []Corridor

	lat, lon float64 // radians
}

// Corridor is a way from a region to another.
type Corridor struct {
	To   int
	Cost float64 // of moving
	Free bool    // free movement, as opposed to a channel with permits
}

// Occupation is an occupation of a world.
type Occupation struct {
	Code    string  // ISCO-08 unit group
	Factor  float64 // of the wage of a region
	Related []Relation
}

// Relation is an occupation that workers of another can take up.
type Relation struct {
	To       int
	Training float64 // what it costs
}

// Draw draws a world. ratio is that of vacancies to workers, 0.4 or 1.2 in the published figures.
func Draw(size Size, ratio float64, seed uint64) (*World, error) {
	if !(ratio > 0 && ratio <= 100) {
		return nil, fmt.Errorf("the ratio of vacancies to workers is %v; it must be above 0 and at most 100", ratio)
	}
	r := rand.New(rand.NewPCG(seed, 0x6c61626f7572))
	w := &World{}
	w.drawRegions(r, size)
	w.drawOccupations(r, size)
	w.Workers = drawCounts(r, size, 0.95, 60)
	w.Vacancies = drawCounts(r, size, 0.85, 60*ratio)
	return w, nil
}

func drawCounts(r *rand.Rand, size Size, chance, scale float64) []int64 {
	counts := make([]int64, size.Regions*size.Occupations)
	for i := range counts {
		if r.Float64() < chance {
			counts[i] = 1 + int64(scale*math.Exp(1.6*r.NormFloat64()))
		}
	}
	return counts
}

func (w *World) drawRegions(r *rand.Rand, size Size) {
	countries := codes.Countries()
	for _, i := range r.Perm(len(countries))[:size.Regions] {
		w.Regions = append(w.Regions, Region{
			Code: countries[i].Code, Wage: 12_000 * math.Exp(0.9*r.NormFloat64()),
			lat: math.Asin(2*r.Float64() - 1), lon: 2 * math.Pi * r.Float64(),
		})
	}
	type key struct {
		to       int
		distance float64
		draw     float64
	}
	for i := range w.Regions {
		from := &w.Regions[i]
		var keys []key
		for j := range w.Regions {
			if i == j {
				continue
			}
			to := &w.Regions[j]
			distance := from.kilometres(to)
			weight := math.Sqrt(to.Wage/from.Wage) * math.Exp(-distance/6_000)
			// The smallest exponential waiting times are a draw by weight without replacement.
			keys = append(keys, key{j, distance, r.ExpFloat64() / weight})
		}
		slices.SortFunc(keys, func(a, b key) int { return cmp.Compare(a.draw, b.draw) })
		third := size.Corridors / 3
		n := min(size.Corridors-third+r.IntN(2*third+1), len(keys))
		for _, k := range keys[:n] {
			from.Corridors = append(from.Corridors, Corridor{k.to, 500 + 0.4*k.distance, r.IntN(4) == 0})
		}
	}
}

// kilometres is the distance of two regions along the surface.
func (r *Region) kilometres(to *Region) float64 {
	const radius = 6_371
	cosine := math.Sin(r.lat)*math.Sin(to.lat) + math.Cos(r.lat)*math.Cos(to.lat)*math.Cos(r.lon-to.lon)
	return radius * math.Acos(max(-1, min(1, cosine)))
}

func (w *World) drawOccupations(r *rand.Rand, size Size) {
	groups := codes.Occupations(4)
	picked := r.Perm(len(groups))[:min(size.Occupations, len(groups))]
	slices.Sort(picked)
	for _, i := range picked {
		w.Occupations = append(w.Occupations, Occupation{Code: groups[i].Code, Factor: 0.6 + 1.4*r.Float64()})
	}
	all := len(w.Occupations)
	for i := range w.Occupations {
		w.Occupations[i].Related = append(w.Occupations[i].Related, Relation{To: i})
	}
	for i := range w.Occupations {
		for range 4 {
			j := r.IntN(all)
			if r.IntN(4) > 0 { // near: within ten places in the classification
				j = ((i+r.IntN(21)-10)%all + all) % all
			}
			training := 3_000 + 9_000*r.Float64()
			if w.related(i, j) {
				continue
			}
			w.Occupations[i].Related = append(w.Occupations[i].Related, Relation{j, training})
			w.Occupations[j].Related = append(w.Occupations[j].Related, Relation{i, training})
		}
	}
}

func (w *World) related(i, j int) bool {
	return slices.ContainsFunc(w.Occupations[i].Related, func(r Relation) bool { return r.To == j })
}

// wage is that of a cell, rounded to 500.
func (w *World) wage(region, occupation int) float64 {
	return math.Round(w.Regions[region].Wage*w.Occupations[occupation].Factor/500) * 500
}
