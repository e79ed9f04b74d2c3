package codes

import (
	"slices"
	"strings"
	"testing"
)

// The eight blocs that the project's founding paper names: for each one person who may
// move and one who may not. Where a bloc lets nobody be employed, the first person is one
// to whom it grants what it does grant, and the sentence says so.
func TestInEachBlocOneMayMoveAndOneMayNot(t *testing.T) {
	for _, c := range []struct {
		bloc, story                              string
		citizenship, destination, occupation, on string
		employed                                 bool
		right, article                           string // of the first right that applies; "" for none
	}{
		{
			"APEC", "An Australian manager with a travel card is admitted to Japan to do business, but not employed.",
			"AU", "JP", "1221", "2024-06-01", false, "apec-card", "APEC Business Travel Card Operating Framework",
		},
		{
			"APEC", "A Filipino nurse has not even that: the card is for business people.",
			"PH", "JP", "2221", "2024-06-01", false, "", "",
		},
		{
			"APEC", "An American manager has no card that admits to Japan: the United States only gives fast lanes.",
			"US", "JP", "1221", "2024-06-01", false, "", "",
		},
		{
			"ASEAN", "A Filipino nurse's qualification is recognised in Singapore; her work permit is for Singapore to give.",
			"PH", "SG", "2221", "2024-06-01", false, "asean-nursing", "Mutual Recognition Arrangement on Nursing services",
		},
		{
			"ASEAN", "A Cambodian bricklayer has nothing of the kind in Thailand, not even recognition.",
			"KH", "TH", "7112", "2024-06-01", false, "asean-mnp", "Movement of Natural Persons",
		},
		{
			"CARICOM", "A Jamaican nurse may work in Trinidad and Tobago with a certificate of skills.",
			"JM", "TT", "2221", "2015-01-01", true, "csme-nurses-teachers", "Revised Treaty of Chaguaramas Art. 46",
		},
		{
			"CARICOM", "A Jamaican nurse may not work in the Bahamas: in the Community, not in the Single Market.",
			"JM", "BS", "2221", "2015-01-01", false, "", "",
		},
		{
			"CARICOM", "A Vincentian lorry driver may work in Barbados from October 2025.",
			"VC", "BB", "8332", "2025-10-01", true, "csme-full-four", "Enhanced Cooperation Protocol",
		},
		{
			"CARICOM", "The day before he may not: driving is no approved category.",
			"VC", "BB", "8332", "2025-09-30", false, "", "",
		},
		{
			"ECOWAS", "A Ghanaian teacher may reside and work in Nigeria.",
			"GH", "NG", "2330", "2020-06-01", true, "ecowas-residence", "A/SP.1/7/86 Art. 2 and 3",
		},
		{
			"ECOWAS", "A Mauritanian teacher may not: Mauritania left in 2000.",
			"MR", "NG", "2330", "2020-06-01", false, "", "",
		},
		{
			"ECOWAS", "A Malian after Mali left still may in Senegal, in practice and until further notice.",
			"ML", "SN", "7112", "2025-06-01", true, "ecowas-former", "Communication of the ECOWAS Commission",
		},
		{
			"EU", "A Polish electrician may work in Germany from May 2011.",
			"PL", "DE", "7411", "2011-05-01", true, "eu-workers", "TFEU Art. 45",
		},
		{
			"EU", "The day before he may not: Germany used the transition period to its end.",
			"PL", "DE", "7411", "2011-04-30", false, "", "",
		},
		{
			"EU", "A British electrician may work in Germany on the last day of 2020, by the withdrawal agreement.",
			"GB", "DE", "7411", "2020-12-31", true, "eu-gb-transition", "withdrawal of the United Kingdom",
		},
		{
			"EU", "The next day he may not.",
			"GB", "DE", "7411", "2021-01-01", false, "", "",
		},
		{
			"EU", "A Turkish electrician who lives in Austria may not move to Germany by it: the right is of citizens.",
			"TR", "DE", "7411", "2024-06-01", false, "", "",
		},
		{
			"MERCOSUR", "A Uruguayan cook may work in Argentina.",
			"UY", "AR", "5120", "2015-01-01", true, "mercosur-residence", "Agreement on Residence",
		},
		{
			"MERCOSUR", "A Peruvian cook may not work in Chile by it: Chile does not apply the agreement to Peru.",
			"PE", "CL", "5120", "2020-06-01", false, "", "",
		},
		{
			"MERCOSUR", "A Uruguayan cook may not before the agreement is in force.",
			"UY", "AR", "5120", "2009-07-27", false, "", "",
		},
		{
			"NAFTA", "A Mexican registered nurse may work in the United States for a time.",
			"MX", "US", "2221", "2010-06-01", true, "nafta-tn", "Appendix 1603.D.1",
		},
		{
			"NAFTA", "Since July 2020 she may by its successor.",
			"MX", "US", "2221", "2020-07-01", true, "usmca-tn", "USMCA Annex 16-A",
		},
		{
			"NAFTA", "A Mexican bricklayer may not: the list has professions only.",
			"MX", "US", "7112", "2010-06-01", false, "", "",
		},
		{
			"NAFTA", "A Canadian family doctor may not: physicians are listed for teaching and research only.",
			"CA", "US", "2211", "2010-06-01", false, "", "",
		},
		{
			"SADC", "A Mozambican miner may work in South Africa, by an agreement of the two and not of the bloc.",
			"MZ", "ZA", "8111", "2015-01-01", true, "za-mz-mines", "1964-10-13",
		},
		{
			"SADC", "A Zambian nurse may not work in South Africa: the bloc's protocol is not in force.",
			"ZM", "ZA", "2221", "2015-01-01", false, "", "",
		},
	} {
		all := RightsOf(c.citizenship, c.destination, c.occupation, c.on)
		by, may := MayMove(c.citizenship, c.destination, c.occupation, c.on)
		if may != c.employed {
			t.Errorf("%s: %s\nmay be employed: %v, by %s", c.bloc, c.story, may, by.ID)
		}
		switch {
		case c.right == "" && len(all) > 0:
			t.Errorf("%s: %s\nyet there is %s", c.bloc, c.story, all[0].ID)
		case c.right != "" && (len(all) == 0 || all[0].ID != c.right || !strings.Contains(all[0].Article, c.article) || all[0].Source == ""):
			t.Errorf("%s: %s\nwant %s by %s, have %+v", c.bloc, c.story, c.right, c.article, all)
		}
	}
}

func TestWhoIsNotListedMayNotMove(t *testing.T) {
	for _, c := range [][4]string{
		{"DE", "DE", "7411", "2024-01-01"}, // at home nobody needs a right
		{"", "DE", "7411", "2024-01-01"},
		{"XX", "DE", "7411", "2024-01-01"},
		{"FR", "", "7411", "2024-01-01"},
		{"FR", "DE", "", "2024-01-01"},
		{"FR", "DE", "999", "2024-01-01"},
		{"FR", "DE", "7411", ""},
		{"MX", "US", "22", "2024-01-01"}, // nurses are listed, health professionals are not
		{"CD", "KE", "2221", "2024-01-01"},
		{"BF", "BJ", "7112", "1970-01-01"},
		{"GH", "ML", "7112", "2025-06-01"},
	} {
		if r, ok := MayMove(c[0], c[1], c[2], c[3]); ok {
			t.Errorf("%v may move by %s", c, r.ID)
		}
	}
	if r, ok := MayMove("FR", "DE-BY", "22", "2024-01-01"); !ok || r.ID != "eu-workers" {
		t.Errorf("a French health professional in Bavaria: %+v", r)
	}
}

func TestEveryRightSaysWhereItIsFrom(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range Blocs() {
		for _, r := range Rights(b.ID) {
			if seen[r.ID] {
				t.Errorf("%s is there twice", r.ID)
			}
			seen[r.ID] = true
			if r.Title == "" || r.Article == "" || r.Source == "" || len(r.From) != 10 || r.Until != "" && r.Until <= r.From ||
				!slices.Contains([]string{FreeMovement, Agreement, Visa, Recognition, Visit}, r.Kind) ||
				!slices.Contains([]string{"yes", "law", "practice", "no", "unknown"}, r.InForce) {
				t.Errorf("%+v is incomplete", r)
			}
			if r.Assumed != (r.Assumes != "") || r.URL == "" && !r.Assumed {
				t.Errorf("%s: assumed %v, says %q, read at %q", r.ID, r.Assumed, r.Assumes, r.URL)
			}
			for _, c := range slices.Concat(r.Origins, r.Destinations) {
				if x, ok := RegionByCode(c); !ok || x.Parent != "" {
					t.Errorf("%s: %q is no country", r.ID, c)
				}
			}
			for _, o := range r.Occupations {
				if _, ok := OccupationByCode(o); !ok {
					t.Errorf("%s: %q is no ISCO-08 group", r.ID, o)
				}
			}
			if r.Professions != "" && len(Professions(r.Professions)) == 0 {
				t.Errorf("%s: no professions %q", r.ID, r.Professions)
			}
		}
	}
	if len(seen) != len(rights()) {
		t.Errorf("%d rights belong to a bloc, the table has %d", len(seen), len(rights()))
	}
	// A bloc either grants something or is a community whose rights are its market's.
	for _, b := range Blocs() {
		if len(Rights(b.ID)) == 0 && b.ID != "CARICOM" {
			t.Errorf("%s has no rights", b.ID)
		}
	}
	if n := len(Professions("tn")); n != 63 {
		t.Errorf("the list of NAFTA has %d professions here, want 63", n)
	}
	for _, r := range Restrictions() {
		if r.Article == "" || r.Source == "" || r.Until <= r.From || len(r.Blocs) == 0 || len(r.Origins) == 0 || len(r.Destinations) == 0 {
			t.Errorf("%+v is incomplete", r)
		}
	}
}

func TestBlocsOfTheWorldHaveTheirMembersOnTheDay(t *testing.T) {
	for _, c := range []struct {
		bloc, day string
		members   int
	}{
		{"NORDIC", "1960-01-01", 4},
		{"NORDIC", "2024-01-01", 5},
		{"ECOWAS", "1999-01-01", 16},
		{"ECOWAS", "2025-01-28", 15},
		{"ECOWAS", "2025-01-29", 12},
		{"EAC", "2010-07-01", 5},
		{"EAC", "2024-06-01", 8},
		{"SADC", "2024-01-01", 16},
		{"MERCOSUR", "2020-01-01", 4},
		{"MERCOSUR", "2024-12-31", 5},
		{"MERCOSUR+A", "2009-07-28", 6},
		{"MERCOSUR+A", "2020-01-01", 9},
		{"ANDEAN", "2021-08-11", 4},
		{"CARICOM", "2024-01-01", 15},
		{"CSME", "2024-01-01", 12},
		{"OECS", "2024-01-01", 6},
		{"ASEAN", "2024-01-01", 10},
		{"ASEAN", "2025-12-31", 11},
		{"APEC", "2024-01-01", 21},
		{"NAFTA", "2020-06-30", 3},
		{"NAFTA", "2020-07-01", 0},
		{"USMCA", "2020-07-01", 3},
		{"EAEU", "2016-01-01", 5},
		{"GCC", "2024-01-01", 6},
		{"TTTA", "2024-01-01", 2},
	} {
		b, ok := BlocByID(c.bloc)
		if got := b.On(c.day); !ok || len(got) != c.members || !slices.IsSorted(got) {
			t.Errorf("%s on %s has %v, want %d", c.bloc, c.day, got, c.members)
		}
	}
}
