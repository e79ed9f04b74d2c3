package codes

import (
	"slices"
	"strings"
	"sync"
)

// What a right amounts to. The first three let their holder be employed and carry the
// names of the kinds of a channel; the other two do not.
const (
	// FreeMovement is a right to take up work that needs nobody's leave.
	FreeMovement = "free_movement"
	// Agreement is a permit that must be given on the terms of an instrument.
	Agreement = "agreement"
	// Visa is admission to work in listed professions for a time.
	Visa = "visa"
	// Recognition makes a qualification count and leaves the permit to national law.
	Recognition = "recognition"
	// Visit is admission without employment.
	Visit = "visit"
)

// Right is one thing an instrument grants to the citizens of some countries in others.
type Right struct {
	// ID is unique in the table; Bloc names the bloc whose instrument it is.
	ID, Bloc string
	// Kind is FreeMovement, Agreement, Visa, Recognition or Visit.
	Kind, Title string
	// Origins are the citizenships that hold it and Destinations the countries where it
	// holds; none means the members of the bloc on the day. Countries that are listed
	// need not be members.
	Origins, Destinations []string
	// Occupations are ISCO-08 prefixes, those of the listed professions included; none
	// means every occupation.
	Occupations []string
	// Professions names the list of Professions that the instrument uses; "" if none.
	Professions string
	// Months is the longest stay at a time; 0 means no limit.
	Months int
	// From and Until are the first and last day, YYYY-MM-DD; Until is empty while it lasts.
	From, Until string
	// InForce is yes (in law and in practice), law (practice differs or is not known),
	// practice (without a firm legal ground), no, or unknown.
	InForce string
	// Conditions says what else is asked and what is excepted.
	Conditions string
	// Article is the provision; Source, URL and Date say where it was read, and when.
	Article, Source, URL, Date string
	// Assumed tells that something in the row was not read in the source, and Assumes
	// what that is and what it is believed to rest on.
	Assumed bool
	Assumes string
}

// Employs tells whether the right, where it is in force, lets its holder take up
// employment: a visit and a recognised qualification do not.
func (r *Right) Employs() bool {
	return r.Kind == FreeMovement || r.Kind == Agreement || r.Kind == Visa
}

// Live tells whether the right is in force, in law or in practice, on a day, YYYY-MM-DD.
func (r *Right) Live(day string) bool {
	return (r.InForce == "yes" || r.InForce == "law" || r.InForce == "practice") && within(r.From, r.Until, day)
}

// Covers tells whether the right is for an occupation, or all that begin so: "" is all
// of them. A code coarser than every prefix is not covered: a right of nurses is none of
// all health professionals.
func (r *Right) Covers(occupation string) bool {
	if len(r.Occupations) == 0 {
		return r.Professions == ""
	}
	return slices.ContainsFunc(r.Occupations, func(p string) bool { return strings.HasPrefix(occupation, p) })
}

// Joins tells whether the right leads from a citizenship to a country on a day,
// YYYY-MM-DD.
func (r *Right) Joins(citizenship, destination, day string) bool {
	b := blocByID(r.Bloc)
	is := func(list []string, country string) bool {
		if len(list) == 0 {
			return b.Has(country, day)
		}
		return slices.Contains(list, country)
	}
	return is(r.Origins, citizenship) && is(r.Destinations, destination)
}

func (r Right) clone() Right {
	r.Origins, r.Destinations, r.Occupations = slices.Clone(r.Origins), slices.Clone(r.Destinations), slices.Clone(r.Occupations)
	return r
}

// Profession is one entry of an instrument's list of professions, in its own words.
type Profession struct {
	List, Title string
	// Occupations are the ISCO-08 prefixes we put the entry to; none where it has no
	// group of its own. Instruments do not name ISCO: every such row is ours, by title.
	Occupations []string
	Note        string
}

// Restriction takes free movement within blocs away from the citizens of some countries
// in others for a time, as the transitions after an enlargement do.
type Restriction struct {
	Blocs, Origins, Destinations []string
	// From and Until are the first and last day, YYYY-MM-DD.
	From, Until string
	// Article is the provision; Source, URL and Date say where the days were read, and
	// Assumed that they were not.
	Article, Source, URL, Date string
	Assumed                    bool
	Note                       string
}

var professions = sync.OnceValue(func() []Profession {
	var out []Profession
	for _, r := range rows("professions.csv", "list,profession,occupations,note") {
		out = append(out, Profession{List: r[0], Title: r[1], Occupations: strings.Fields(r[2]), Note: r[3]})
	}
	return out
})

var restrictions = sync.OnceValue(func() []Restriction {
	var out []Restriction
	for _, r := range rows("restrictions.csv", "blocs,origins,destinations,from,until,article,source,url,date,assumed,note") {
		out = append(out, Restriction{
			Blocs: strings.Fields(r[0]), Origins: strings.Fields(r[1]), Destinations: strings.Fields(r[2]), From: r[3], Until: r[4],
			Article: r[5], Source: r[6], URL: r[7], Date: r[8], Assumed: r[9] == "yes", Note: r[10],
		})
	}
	return out
})

var rights = sync.OnceValue(func() []Right {
	var out []Right
	for _, r := range rows("rights.csv", "id,bloc,kind,title,origins,destinations,occupations,professions,months,valid_from,valid_to,"+
		"in_force,conditions,article,source,url,date,assumed,assumes") {
		x := Right{
			ID: r[0], Bloc: r[1], Kind: r[2], Title: r[3], Origins: strings.Fields(r[4]), Destinations: strings.Fields(r[5]),
			Occupations: strings.Fields(r[6]), Professions: r[7], Months: wholeNumber("rights.csv", r[8]), From: r[9], Until: r[10],
			InForce: r[11], Conditions: r[12], Article: r[13], Source: r[14], URL: r[15], Date: r[16], Assumed: r[17] == "yes", Assumes: r[18],
		}
		for _, p := range professions() {
			if p.List == x.Professions && x.Professions != "" {
				x.Occupations = append(x.Occupations, p.Occupations...)
			}
		}
		slices.Sort(x.Occupations)
		x.Occupations = slices.Compact(x.Occupations)
		out = append(out, x)
	}
	return out
})

// Rights lists what the instruments of a bloc grant to workers, whether in force or not,
// in the order of the table.
func Rights(bloc string) []Right {
	var out []Right
	for _, r := range rights() {
		if r.Bloc == bloc {
			out = append(out, r.clone())
		}
	}
	return out
}

// Professions lists the entries of a list of professions that a right names.
func Professions(list string) []Profession {
	var out []Profession
	for _, p := range professions() {
		if p.List == list {
			p.Occupations = slices.Clone(p.Occupations)
			out = append(out, p)
		}
	}
	return out
}

// Restrictions lists the times in which free movement was not granted yet, or anew.
func Restrictions() []Restriction {
	out := slices.Clone(restrictions())
	for i := range out {
		r := &out[i]
		r.Blocs, r.Origins, r.Destinations = slices.Clone(r.Blocs), slices.Clone(r.Origins), slices.Clone(r.Destinations)
	}
	return out
}

// restricted tells whether free movement within a bloc is withheld.
func restricted(bloc, citizenship, destination, day string) bool {
	return slices.ContainsFunc(restrictions(), func(r Restriction) bool {
		return slices.Contains(r.Blocs, bloc) && slices.Contains(r.Origins, citizenship) &&
			slices.Contains(r.Destinations, destination) && within(r.From, r.Until, day)
	})
}

// RightsOf lists the rights that are live on a day, YYYY-MM-DD, for a citizen of one
// country in another and an ISCO-08 occupation: those to be employed first, free movement
// before agreements before visas, then the others; within a kind in the order of the
// table. A destination may be a subdivision. What is not in the tables is not granted;
// an unknown code has no right, and nobody has or needs one at home.
func RightsOf(citizenship, destination, occupation, day string) []Right {
	destination = Country(destination)
	if citizenship == destination || occupations().byCode[occupation].Code == "" {
		return nil
	}
	var out []Right
	for _, r := range rights() {
		if r.Live(day) && r.Covers(occupation) && r.Joins(citizenship, destination, day) &&
			(r.Kind != FreeMovement || !restricted(r.Bloc, citizenship, destination, day)) {
			out = append(out, r.clone())
		}
	}
	order := []string{FreeMovement, Agreement, Visa, Recognition, Visit}
	slices.SortStableFunc(out, func(a, b Right) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return out
}

// Frees tells whether a citizen of one country may take up work in another by free
// movement, in every ISCO-08 occupation that begins so; "" is all of them.
func Frees(citizenship, destination, prefix, day string) bool {
	destination = Country(destination)
	return slices.ContainsFunc(rights(), func(r Right) bool {
		return r.Kind == FreeMovement && r.Live(day) && r.Covers(prefix) && r.Joins(citizenship, destination, day) &&
			!restricted(r.Bloc, citizenship, destination, day)
	})
}

// MayMove tells whether a citizen of one country may take up employment in another by the
// instrument of a bloc, and by which right: the first of RightsOf that employs. No is the
// answer wherever the tables do not say yes. It speaks of blocs alone: a person without
// such a right may still be admitted by national law or by another channel.
func MayMove(citizenship, destination, occupation, day string) (Right, bool) {
	for _, r := range RightsOf(citizenship, destination, occupation, day) {
		if r.Employs() {
			return r, true
		}
	}
	return Right{}, false
}
