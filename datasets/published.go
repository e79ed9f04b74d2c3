package datasets

import (
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
)

// Published lists the channels with a published quota that the program knows, as rows of channels.csv in the columns'
// order, for a market to take over. A row whose force nobody has shown says unknown, and carries nobody until somebody
// changes that. What a row assumes is said in its source.
func Published() [][]string {
	t, _ := TableFor(ChannelsFile)
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	var out [][]string
	for _, c := range codes.Channels() {
		source, assumed := c.Source, ""
		if c.Assumed {
			source, assumed = source+"; assumed: "+c.Assumes, "yes"
		}
		level := "bilateral"
		if len(c.Origins)+len(c.Destinations) > 2 && !slices.Equal(c.Origins, c.Destinations) {
			level = "regional"
		}
		cells := map[string]string{
			"id": c.ID, "title": c.Title, "kind": c.Kind, "level": level,
			"origins": strings.Join(c.Origins, " "), "destinations": strings.Join(c.Destinations, " "), "occupations": strings.Join(c.Occupations, " "),
			"recruitment": c.Recruitment, "contract": c.Contract, "months": number(c.Months), "ages": c.Ages,
			"quota": number(c.Quota), "quota_of": c.QuotaOf, "protections": strings.Join(c.Protections, " "), "agreement": c.Agreement,
			"valid_from": c.ValidFrom, "valid_to": c.ValidTo, "in_force": c.InForce,
			"source": source, "url": c.URL, "date": c.Date, "licence": c.Licence, "assumed": assumed,
		}
		row := make([]string, len(t.Columns))
		for i, name := range t.Names() {
			row[i] = cells[name]
		}
		out = append(out, row)
	}
	return out
}
