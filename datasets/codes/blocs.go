package codes

import (
	"sync"
)

// Bloc is a named set of countries with common rules, dated member by member.
type Bloc struct {
	// ID is a short code such as "EU"; a channel names a bloc by it.
	ID, Title string
	// FreeMovement says in one sentence whether workers of one member may take up
	// work in another, and Article where the law says so.
	FreeMovement, Article string
	Members               []Membership
	// Source and URL name the treaties the dates are from; AsOf is the day whose
	// state of the law the list describes.
	Source, URL, AsOf string
}

// Membership is one country's time in a bloc, both days included and written
// YYYY-MM-DD; Until is empty while it lasts.
type Membership struct {
	Region, From, Until string
	// Note says what the dates leave out, such as a transition period.
	Note string
}

var blocs = sync.OnceValue(func() []Bloc {
	var out []Bloc
	index := map[string]int{}
	for _, r := range rows("blocs.csv", "id,title,free_movement,article,source,url,as_of") {
		index[r[0]] = len(out)
		out = append(out, Bloc{
			ID: r[0], Title: r[1], FreeMovement: r[2], Article: r[3],
			Source: r[4], URL: r[5], AsOf: r[6],
		})
	}
	for _, r := range rows("memberships.csv", "bloc,region,from,until,note") {
		b := &out[index[r[0]]]
		b.Members = append(b.Members, Membership{Region: r[1], From: r[2], Until: r[3], Note: r[4]})
	}
	return out
})

// Blocs lists the blocs known to the program: "EU", and "EEA+CH", the area in which
// workers move freely.
func Blocs() []Bloc {
	out := append([]Bloc(nil), blocs()...)
	for i := range out {
		out[i].Members = append([]Membership(nil), out[i].Members...)
	}
	return out
}

// BlocByID returns the bloc with this ID.
func BlocByID(id string) (Bloc, bool) {
	for _, b := range blocs() {
		if b.ID == id {
			b.Members = append([]Membership(nil), b.Members...)
			return b, true
		}
	}
	return Bloc{}, false
}

// Has tells whether a region belonged to the bloc on a day, YYYY-MM-DD. A
// subdivision belongs to the bloc if its country does.
func (b Bloc) Has(region, day string) bool {
	country := Country(region)
	for _, m := range b.Members {
		if m.Region == country && m.From <= day && (m.Until == "" || day <= m.Until) {
			return true
		}
	}
	return false
}

// On lists the countries that belonged to the bloc on a day, YYYY-MM-DD, in the
// order of the table, which is by code.
func (b Bloc) On(day string) []string {
	var out []string
	for _, m := range b.Members {
		if m.From <= day && (m.Until == "" || day <= m.Until) {
			out = append(out, m.Region)
		}
	}
	return out
}
