package datasets

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// channels are the rows of channels.csv. An occupation finer than the level stays as it is, and so meets no occupation
// of the market: a channel for nurses is not one for all health professionals. It is noted.
func (d *Directory) channels(level int, notes *noteBook) []matcher.Channel {
	out := []matcher.Channel{}
	s := d.tables[ChannelsFile]
	if s == nil {
		return out
	}
	at := s.table.index
	for _, c := range s.rows {
		ch := matcher.Channel{
			ID: c[at("id")], Title: c[at("title")], Kind: c[at("kind")], Level: c[at("level")],
			Origins: strings.Fields(c[at("origins")]), Destinations: strings.Fields(c[at("destinations")]),
			Occupations: strings.Fields(c[at("occupations")]),
			Recruitment: c[at("recruitment")], Contract: c[at("contract")], Months: number0(c[at("months")]), Ages: c[at("ages")],
			Quota: dollars(c[at("quota")]), QuotaOf: c[at("quota_of")],
			CostWorker: dollars(c[at("cost_worker")]), CostEmployer: dollars(c[at("cost_employer")]), Days: number0(c[at("days")]),
			Protections: strings.Fields(c[at("protections")]), Agreement: c[at("agreement")],
			ValidFrom: c[at("valid_from")], ValidTo: c[at("valid_to")], InForce: c[at("in_force")], URL: c[at("url")],
			Provenance: matcher.Provenance{Source: c[at("source")], Date: c[at("date")], Licence: c[at("licence")], Assumed: c[at("assumed")] == "yes"},
		}
		notes.noteRights(&ch, midYear(d.Period()))
		fine := 0
		for _, o := range ch.Occupations {
			if len(o) > level {
				fine++
			}
		}
		notes.add("channels", fine, fmt.Sprintf("Channel %s names %s finer than ISCO level %d, for which it carries nobody in this run.",
			ch.ID, plural(fine, "occupation", "occupations"), level))
		out = append(out, ch)
	}
	slices.SortFunc(out, func(a, b matcher.Channel) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// safeguards are the rows of safeguards.csv. A list is spelt out: its countries on the market's day among the origins
// named, and the share of each of the market's occupations that it is about.
func (d *Directory) safeguards(m *matcher.Market, notes *noteBook) []matcher.Safeguard {
	s := d.tables[SafeguardsFile]
	if s == nil {
		return nil
	}
	at := s.table.index
	var out []matcher.Safeguard
	for _, c := range s.rows {
		x := matcher.Safeguard{
			ID: c[at("id")], Origins: strings.Fields(c[at("origins")]), Occupations: strings.Fields(c[at("occupations")]),
			Rule: c[at("rule")], Amount: float64(mustMicro(c[at("amount")])) / micro, List: c[at("list")],
			Protections: strings.Fields(c[at("protections")]),
			Provenance:  matcher.Provenance{Source: c[at("source")], Date: c[at("date")], Licence: c[at("licence")], Assumed: c[at("assumed")] == "yes"},
		}
		if x.Rule == matcher.RuleList {
			x.Origins = listed(x.List, x.Origins, m.Day())
			if len(x.Origins) == 0 {
				notes.add("safeguards", 1, fmt.Sprintf("Safeguard %s binds nobody: on %s its list protects none of its origins.", x.ID, m.Day()))
			}
			parts := 0
			for _, o := range m.Occupations {
				share := codes.SafeguardedShare(x.List, o.Code)
				named := len(x.Occupations) == 0 || slices.ContainsFunc(x.Occupations, func(prefix string) bool { return strings.HasPrefix(o.Code, prefix) })
				if share == 0 || !named {
					continue
				}
				x.Shares = append(x.Shares, matcher.Share{Occupation: o.Code, Share: share})
				if share < 1 {
					parts++
				}
			}
			notes.add("safeguards", parts, fmt.Sprintf("Safeguard %s is about a part of %s at this level; the share is that of one country, assumed for all.", x.ID, plural(parts, "occupation", "occupations")))
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b matcher.Safeguard) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// listed are the countries, or their regions, among origins that a list protects on a day.
func listed(list string, origins []string, day string) []string {
	out := []string{}
	for _, place := range origins {
		named := []string{place}
		if b, ok := codes.BlocByID(place); ok {
			named = b.On(day)
		} else if place == "*" {
			named = codes.SafeguardedCountries(list)
		}
		for _, region := range named {
			if codes.Safeguarded(list, region, day) {
				out = append(out, region)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// blocs are those the channels and safeguards name, with their members in the middle of the market's period.
func (d *Directory) blocs(m *matcher.Market) []matcher.Bloc {
	named := map[string]bool{}
	for i := range m.Channels {
		for _, id := range slices.Concat(m.Channels[i].Origins, m.Channels[i].Destinations) {
			named[id] = true
		}
	}
	for i := range m.Safeguards {
		for _, id := range m.Safeguards[i].Origins {
			named[id] = true
		}
	}
	out := []matcher.Bloc{}
	for _, b := range codes.Blocs() {
		if named[b.ID] {
			out = append(out, matcher.Bloc{ID: b.ID, Title: b.Title, Members: b.On(midYear(m.Period))})
		}
	}
	slices.SortFunc(out, func(a, b matcher.Bloc) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// number0 is a whole number, 0 where it is not stated.
func number0(s string) int {
	n, _ := strconv.Atoi(s) // checked when read
	return n
}

// dollars is a whole number or an amount in whole PPP dollars; nil where it is not stated.
func dollars(s string) *int64 {
	if s == "" {
		return nil
	}
	n := nearest(mustMicro(s))
	return &n
}
