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
	Countries   int // 0: as many as it takes
	Regions     int
	Occupations int
	Corridors   int // of a country, on average
	Reach       int // regions of a country that a corridor leads to; 0: the country is one region
}

// Sizes are the sizes with a name: S to W with 10,000 to 40 million pairs, and N, a subnational one that has too many for
// an arc each.
func Sizes() []Size {
	return []Size{
		{"S", 20, 20, 12, 6, 0},
		{"M", 60, 60, 45, 23, 0},
		{"L", 100, 100, 130, 54, 0},
		{"W", 200, 200, 436, 60, 0},
		{"N", 0, 2000, 130, 6, 20},
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
	Countries   []Country
	Regions     []Region
	Occupations []Occupation
	Workers     []int64 // per cell; 0 where there are none
	Vacancies   []int64 // per cell
}

// Region is a region of a world: a country, or in a subnational world a part of one.
type Region struct {
	Code    string  // ISO 3166-1, or -2
	Country int     // number of its country
	Wage    float64 // mean, a year
}

// Corridor is a way from a country to another.
type Corridor struct {
	To    []int   // regions of the other country, ascending
	Cost  float64 // of moving
	Free  bool    // free movement, as opposed to a channel with permits
	Quota int64   // the most a year of each occupation; 0 is no limit
}

// Country is a country of a world.
type Country struct {
	Code      string // ISO 3166-1
	Regions   []int
	Corridors []Corridor

	wage     float64
	lat, lon float64 // radians
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
	w.drawCountries(r, size)
	w.drawOccupations(r, size)
	w.Workers = drawCounts(r, size, 0.95, 60)
	w.Vacancies = drawCounts(r, size, 0.85, 60*ratio)
	w.drawLimits(rand.New(rand.NewPCG(seed, 0x71756f7461)))
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

func (w *World) drawCountries(r *rand.Rand, size Size) {
	add := func(code string) *Country {
		w.Countries = append(w.Countries, Country{
			Code: code, wage: 12_000 * math.Exp(0.9*r.NormFloat64()),
			lat: math.Asin(2*r.Float64() - 1), lon: 2 * math.Pi * r.Float64(),
		})
		return &w.Countries[len(w.Countries)-1]
	}
	all := codes.Countries()
	if size.Reach == 0 {
		for _, i := range r.Perm(len(all))[:size.Countries] {
			c := add(all[i].Code)
			c.Regions = []int{len(w.Regions)}
			w.Regions = append(w.Regions, Region{Code: c.Code, Country: len(w.Countries) - 1, Wage: c.wage})
		}
	} else {
		slices.SortStableFunc(all, func(a, b codes.Region) int {
			return cmp.Compare(len(codes.Subdivisions(b.Code)), len(codes.Subdivisions(a.Code)))
		})
		for i := 0; len(w.Regions) < size.Regions; i++ {
			c := add(all[i].Code)
			for _, s := range codes.Subdivisions(c.Code) {
				if len(w.Regions) < size.Regions {
					c.Regions = append(c.Regions, len(w.Regions))
					w.Regions = append(w.Regions, Region{Code: s.Code, Country: i, Wage: c.wage * math.Exp(0.25*r.NormFloat64())})
				}
			}
		}
	}
	type key struct {
		to       int
		distance float64
		draw     float64
	}
	for i := range w.Countries {
		from := &w.Countries[i]
		var keys []key
		for j := range w.Countries {
			if i == j {
				continue
			}
			to := &w.Countries[j]
			distance := from.kilometres(to)
			weight := math.Sqrt(to.wage/from.wage) * math.Exp(-distance/6_000)
			// The smallest exponential waiting times are a draw by weight without replacement.
			keys = append(keys, key{j, distance, r.ExpFloat64() / weight})
		}
		slices.SortFunc(keys, func(a, b key) int { return cmp.Compare(a.draw, b.draw) })
		third := size.Corridors / 3
		n := min(size.Corridors-third+r.IntN(2*third+1), len(keys))
		for _, k := range keys[:n] {
			c := Corridor{Cost: 500 + 0.4*k.distance, Free: r.IntN(4) == 0}
			to := w.Countries[k.to].Regions
			for _, at := range r.Perm(len(to))[:min(len(to), max(1, size.Reach))] {
				c.To = append(c.To, to[at])
			}
			slices.Sort(c.To)
			from.Corridors = append(from.Corridors, c)
		}
	}
}

// drawLimits is given a source of its own, so that a world is the same with limits and without.
func (w *World) drawLimits(r *rand.Rand) {
	for i := range w.Countries {
		for k := range w.Countries[i].Corridors {
			quota := 1 + int64(4*math.Exp(r.NormFloat64()))
			if c := &w.Countries[i].Corridors[k]; r.IntN(3) == 0 && !c.Free {
				c.Quota = quota
			}
		}
	}
}

// kilometres is the distance of two countries along the surface.
func (c *Country) kilometres(to *Country) float64 {
	const radius = 6_371
	cosine := math.Sin(c.lat)*math.Sin(to.lat) + math.Cos(c.lat)*math.Cos(to.lat)*math.Cos(c.lon-to.lon)
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
		for named, tries := 0, 0; named < 5 && tries < 40; tries++ {
			j := r.IntN(all)
			if r.IntN(4) > 0 { // near: within ten places in the classification
				j = ((i+r.IntN(21)-10)%all + all) % all
			}
			training := 3_000 + 9_000*r.Float64()
			if w.related(i, j) {
				continue
			}
			named++
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
