package codes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Channel is a published legal way with a quota, in the columns of a market's
// channels.csv, so that a market can take it over row by row.
type Channel struct {
	ID, Title string
	// Kind is Agreement or Visa.
	Kind string
	// Origins and Destinations are countries. Where both name the same two, the
	// agreement goes both ways.
	Origins, Destinations []string
	// Occupations are ISCO-08 prefixes; none means every occupation, or that the source
	// does not say.
	Occupations []string
	// Recruitment is active, individual or "" where it is not stated.
	Recruitment, Contract string
	// Months is the longest stay; 0 where it is not stated.
	Months int
	// Ages is a range such as "18-30"; "" where it is not stated.
	Ages string
	// Quota is the most people a year and QuotaOf what it is one sum over: origin or
	// destination, in both cases over all occupations.
	Quota   int
	QuotaOf string
	// Protections are words such as no_worker_fee.
	Protections []string
	Agreement   string
	// ValidFrom and ValidTo are days YYYY-MM-DD, or a year where no day is known.
	ValidFrom, ValidTo string
	// InForce is yes or unknown: an agreement opens nothing until someone has shown that
	// it is in force.
	InForce                    string
	Source, URL, Date, Licence string
	// Assumed tells that something in the row is not in the source, and Assumes what.
	Assumed bool
	Assumes string
	Note    string
}

var channels = sync.OnceValue(func() []Channel {
	var out []Channel
	for _, r := range rows("channels.csv", "id,title,kind,origins,destinations,occupations,recruitment,contract,months,ages,quota,quota_of,"+
		"protections,agreement,valid_from,valid_to,in_force,source,url,date,licence,assumed,assumes,note") {
		out = append(out, Channel{
			ID: r[0], Title: r[1], Kind: r[2], Origins: strings.Fields(r[3]), Destinations: strings.Fields(r[4]),
			Occupations: strings.Fields(r[5]), Recruitment: r[6], Contract: r[7], Months: wholeNumber("channels.csv", r[8]), Ages: r[9],
			Quota: wholeNumber("channels.csv", r[10]), QuotaOf: r[11], Protections: strings.Fields(r[12]), Agreement: r[13],
			ValidFrom: r[14], ValidTo: r[15], InForce: r[16], Source: r[17], URL: r[18], Date: r[19], Licence: r[20],
			Assumed: r[21] == "yes", Assumes: r[22], Note: r[23],
		})
	}
	return out
})

// Channels lists the quota channels known to the program: the United Kingdom's Youth
// Mobility Scheme of 2025, one row per origin, Germany's Western Balkans regulation, and
// bilateral labour agreements with a coded quota, which are not in force as far as is
// known.
func Channels() []Channel {
	out := slices.Clone(channels())
	for i := range out {
		c := &out[i]
		c.Origins, c.Destinations = slices.Clone(c.Origins), slices.Clone(c.Destinations)
		c.Occupations, c.Protections = slices.Clone(c.Occupations), slices.Clone(c.Protections)
	}
	return out
}

// wholeNumber reads a cell of a table that holds a whole number or nothing, which is 0.
func wholeNumber(table, cell string) int {
	if cell == "" {
		return 0
	}
	n, err := strconv.Atoi(cell)
	if err != nil {
		panic(fmt.Sprintf("codes: table %s: %v", table, err))
	}
	return n
}
