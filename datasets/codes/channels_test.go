package codes

import (
	"slices"
	"testing"
)

func TestQuotaChannelsAreAsPublishedAndNoAgreementIsOpen(t *testing.T) {
	places, origins, seen := 0, 0, map[string]bool{}
	for _, c := range Channels() {
		if seen[c.ID] || c.Title == "" || c.Quota <= 0 || c.Source == "" || c.URL == "" || c.Date == "" || c.Licence == "" || c.Assumed != (c.Assumes != "") {
			t.Errorf("%+v is incomplete or there twice", c)
		}
		seen[c.ID] = true
		for _, r := range slices.Concat(c.Origins, c.Destinations) {
			if x, ok := RegionByCode(r); !ok || x.Parent != "" {
				t.Errorf("%s: %q is no country", c.ID, r)
			}
		}
		for _, o := range c.Occupations {
			if _, ok := OccupationByCode(o); !ok {
				t.Errorf("%s: %q is no ISCO-08 group", c.ID, o)
			}
		}
		if c.Kind == Agreement {
			if c.InForce != "unknown" {
				t.Errorf("%s is in force: %s", c.ID, c.InForce)
			}
			continue
		}
		if c.Destinations[0] == "DE" {
			continue
		}
		origins++
		places += c.Quota
		if c.Kind != Visa || c.QuotaOf != "origin" || len(c.Occupations) > 0 || !slices.Equal(c.Destinations, []string{"GB"}) || len(c.Origins) != 1 || c.Assumed {
			t.Errorf("%+v is no open permit of one origin", c)
		}
	}
	if origins != 13 || places != 81_100 {
		t.Errorf("%d origins with %d places, want 13 with 81,100", origins, places)
	}
	if n := len(Channels()) - origins - 2; n != 123 {
		t.Errorf("%d agreements with a coded quota, want 123", n)
	}
	for id, want := range map[string]int{"gb-yms-au": 42000, "gb-yms-in": 3000, "gb-yms-ad": 100, "de-wb-2021": 25_000, "de-wb-2024": 50_000, "bla-791": 2000, "bla-21": 30000} {
		i := slices.IndexFunc(Channels(), func(c Channel) bool { return c.ID == id })
		if i < 0 || Channels()[i].Quota != want {
			t.Errorf("%s: want %d", id, want)
		}
	}
}

func TestTheWHOListOf2023HasItsFiftyFiveCountries(t *testing.T) {
	list := SafeguardedCountries(WHO2023)
	if len(list) != 55 || !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != 55 {
		t.Errorf("%d countries: %v", len(list), list)
	}
	for _, c := range list {
		if r, ok := RegionByCode(c); !ok || r.Parent != "" {
			t.Errorf("%q is no country", c)
		}
	}
	for _, c := range []string{"AF", "NG", "GH", "ZW", "NP", "PK", "BD", "HT", "KI", "VU", "RW", "SN"} {
		if !Safeguarded(WHO2023, c, "2024-01-01") {
			t.Errorf("%s is not on the list", c)
		}
	}
	for _, c := range []string{"PH", "IN", "KE", "ZA", "LK", "EG", "", "XX"} {
		if Safeguarded(WHO2023, c, "2024-01-01") {
			t.Errorf("%s is on the list", c)
		}
	}
	if Safeguarded(WHO2023, "NG", "2022-12-31") || !Safeguarded(WHO2023, "NG-LA", "2024-01-01") || Safeguarded("who-1900", "NG", "2024-01-01") {
		t.Error("the list is of 2023, protects the regions of a country, and is the only one")
	}
}

func TestHealthGroupsAreSafeguardedWholeAndCoarserOnesByAShare(t *testing.T) {
	for code, want := range map[string]float64{
		"221": 1, "2221": 1, "222": 1, "2240": 1, "224": 1, "2262": 1, "3211": 1, "3221": 1, "3258": 1,
		"223": 0, "2250": 0, "3240": 0, "3230": 0, "25": 0, "2512": 0, "5321": 0, "1": 0, "": 0,
	} {
		if got := SafeguardedShare(WHO2023, code); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
	for code, between := range map[string][2]float64{"22": {0.9, 1}, "32": {0.9, 1}, "2": {0.1, 0.2}, "3": {0.1, 0.2}} {
		if got := SafeguardedShare(WHO2023, code); got <= between[0] || got >= between[1] {
			t.Errorf("%s: %v is not between %v", code, got, between)
		}
	}
	for _, g := range SafeguardedGroups(WHO2023) {
		if _, ok := OccupationByCode(g.Occupation); !ok || g.How == "" || g.Source == "" || g.Date == "" || g.Licence == "" || !g.Assumed {
			t.Errorf("%+v is incomplete", g)
		}
	}
}
