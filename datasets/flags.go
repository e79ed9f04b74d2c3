package datasets

// FlagList is a published list that says of occupations whether they are short, to be held against the gaps a market gives.
// It is no part of a market: a list that went into one could not test it.
type FlagList struct {
	ID, Title string
	// Speaks is the country the list speaks of, `*` for several; Period the year it speaks of.
	Speaks, Period string
	// Against is the country whose gaps it is held against. Where it is not the one the list speaks of, agreement says that
	// the same occupations are short in both, and no more.
	Against string
	Level   int // ISCO digits of its occupations
	// Rule says which groups count as flagged, and what their degree is.
	Rule string
	// Note says what the list can test and what it cannot.
	Note   string
	Source string // with date and licence
	Flags  []Flag // by occupation; every group the list could have flagged
}

// Flag is what a list says of one occupation.
type Flag struct {
	Occupation string
	Short      bool
	Degree     float64 // how short: a higher figure is shorter; its scale is the list's own
}
