package codes

import (
	"slices"
	"sync"
)

// Bloc is a named set of countries with common rules, dated member by member.
type Bloc struct {
	// ID is a short code such as "EU"; a channel names a bloc by it.
	ID, Title string
	// Grants says in one sentence what the bloc grants to workers, and Article where the
	// law says so; Rights has the same in columns.
	Grants, Article string
	Members         []Membership
	// Source and URL name what the row is from; AsOf is the day whose state of the law
	// the list describes. Assumed tells that no text was seen.
	Source, URL, AsOf string
	Assumed           bool
}

// Membership is one country's time in a bloc, both days included and written
// YYYY-MM-DD; Until is empty while it lasts.
type Membership struct {
	Region, From, Until string
	// Assumed tells that the dates are believed to be the treaty's and were not read in it.
	Assumed bool
	// Note says what the dates leave out, such as a transition period.
	Note string
}

var blocs = sync.OnceValue(func() []Bloc {
	var out []Bloc
	index := map[string]int{}
	for _, r := range rows("blocs.csv", "id,title,grants,article,source,url,as_of,assumed") {
		index[r[0]] = len(out)
		out = append(out, Bloc{
			ID: r[0], Title: r[1], Grants: r[2], Article: r[3],
			Source: r[4], URL: r[5], AsOf: r[6], Assumed: r[7] == "yes",
		})
	}
	for _, r := range rows("memberships.csv", "bloc,region,from,until,assumed,note") {
		b := &out[index[r[0]]]
		b.Members = append(b.Members, Membership{Region: r[1], From: r[2], Until: r[3], Assumed: r[4] == "yes", Note: r[5]})
	}
	return out
})

// Blocs lists the blocs known to the program, such as "EU", "EEA+CH" and "ECOWAS". That
// a bloc is listed does not say that its workers move freely: see Rights.
func Blocs() []Bloc {
	out := append([]Bloc(nil), blocs()...)
	for i := range out {
		out[i].Members = append([]Membership(nil), out[i].Members...)
	}
	return out
}

// BlocByID returns the bloc with this ID.
func BlocByID(id string) (Bloc, bool) {
	b := blocByID(id)
	if b == nil {
		return Bloc{}, false
	}
	out := *b
	out.Members = append([]Membership(nil), b.Members...)
	return out, true
}

// blocByID returns the bloc of the table itself, nil if there is none.
func blocByID(id string) *Bloc {
	all := blocs()
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// within tells whether a day lies in a span, both ends included; an empty end is open.
func within(from, until, day string) bool {
	return from <= day && (until == "" || day <= until)
}

// Has tells whether a region belonged to the bloc on a day, YYYY-MM-DD. A
// subdivision belongs to the bloc if its country does.
func (b *Bloc) Has(region, day string) bool {
	country := Country(region)
	for _, m := range b.Members {
		if m.Region == country && within(m.From, m.Until, day) {
			return true
		}
	}
	return false
}

// On lists the countries that belonged to the bloc on a day, YYYY-MM-DD, by code.
func (b *Bloc) On(day string) []string {
	var out []string
	for _, m := range b.Members {
		if within(m.From, m.Until, day) {
			out = append(out, m.Region)
		}
	}
	slices.Sort(out)
	return out
}
