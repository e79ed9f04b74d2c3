package codes

import (
	"fmt"
	"strconv"
	"sync"
)

// Nearness is what lies between two countries: how far they are, whether they have a border in common, and how many of
// the one live in the other. What is not known is nil.
type Nearness struct {
	Kilometres *int64 // between their main towns, weighted by people; CEPII, for 2006
	Border     *bool  // a common land border; CEPII, for 2006
	Stock      *int64 // people from the origin who live in the destination; UN DESA, for 2010
}

var nearness = sync.OnceValue(func() map[[2]string]Nearness {
	t := map[[2]string]Nearness{}
	number := func(s string) *int64 {
		if s == "" {
			return nil
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			panic(fmt.Sprintf("codes: table compatriots.csv: %v", err))
		}
		return &n
	}
	for _, r := range rows("compatriots.csv", "origin,destination,km,border,stock") {
		n := Nearness{Kilometres: number(r[2]), Stock: number(r[4])}
		if border := r[3] == "yes"; r[3] != "" {
			n.Border = &border
		}
		t[[2]string{r[0], r[1]}] = n
	}
	return t
})

// NearnessOf tells what lies between an origin and a destination, countries both. The table has corridors of 1,000
// compatriots and more, and neighbours; of the others nothing is known here.
func NearnessOf(origin, destination string) Nearness {
	n := nearness()[[2]string{origin, destination}]
	clone := func(p *int64) *int64 {
		if p == nil {
			return nil
		}
		v := *p
		return &v
	}
	n.Kilometres, n.Stock = clone(n.Kilometres), clone(n.Stock)
	if n.Border != nil {
		border := *n.Border
		n.Border = &border
	}
	return n
}
