package datasets

import (
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"labourmatch/matcher"
)

func directory(t *testing.T, changes map[string]string) *Directory {
	t.Helper()
	d, err := Read(folder(changes))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func wantNote(t *testing.T, m *matcher.Market, want matcher.Note) {
	t.Helper()
	if !slices.Contains(m.Notes, want) {
		t.Errorf("no note %+v among\n%+v", want, m.Notes)
	}
}

func vacancyCounts(m *matcher.Market) map[string]int64 {
	out := map[string]int64{}
	for _, v := range m.Vacancies {
		out[v.Region+" "+v.Code.String()] = v.Count
	}
	return out
}

func TestFinerOccupationsAreAddedUpAndMerged(t *testing.T) {
	d := directory(t, vacancies(
		"DE,2221,,2024,10.4,stock,50000,,,,Alpha,2024-05,CC0-1.0,",
		"DE,2222,,2024,20.4,stock,41000,,,,Beta,2023,CC BY 4.0,yes",
		"DE,2211,,2024,5.4,stock,,,,,Alpha,2024-05,CC0-1.0,",
		"DE,,3-4,2024,7.4,stock,,,,,Alpha,2024-05,CC0-1.0,",
	))
	m := mustMarket(t, d, 3)
	// 30.8, 5.4 and 7.4 sum to 43.6, so 44: floors 30, 5 and 7, then the two largest remainders, by key among equals.
	want := map[string]int64{"DE 222": 31, "DE 221": 6, "DE skill:3-4": 7}
	if got := vacancyCounts(m); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	v := m.Vacancies[slices.IndexFunc(m.Vacancies, func(v matcher.Vacancy) bool { return v.Occupation == "222" })]
	wage := int64(44039) // (10.4 × 50,000 + 20.4 × 41,000) / 30.8 = 44,038.96
	if v.Wage == nil || *v.Wage != wage {
		t.Errorf("wage %v, want %d", v.Wage, wage)
	}
	if want := (matcher.Provenance{Source: "Alpha; Beta", Date: "2023", Licence: "CC BY 4.0; CC0-1.0", Assumed: true}); v.Provenance != want {
		t.Errorf("provenance %+v, want %+v", v.Provenance, want)
	}
	if m.Level != 3 || m.Base != matcher.Stock || m.Period != "2024" || m.Title != "Germany, 2024" {
		t.Errorf("level %d, base %s, period %s, title %s", m.Level, m.Base, m.Period, m.Title)
	}
}

func TestAWageThatOnlySomePartsStateIsNotStated(t *testing.T) {
	d := directory(t, vacancies(
		"DE,2221,,2024,10,stock,50000,,,,Alpha,2024,CC0-1.0,",
		"DE,2222,,2024,20,stock,,,,,Alpha,2024,CC0-1.0,",
	))
	m := mustMarket(t, d, 3)
	if m.Vacancies[0].Wage != nil {
		t.Errorf("wage %d", *m.Vacancies[0].Wage)
	}
	wantNote(t, m, matcher.Note{Topic: "wages", Count: 1, Text: "1 figure of vacancies.csv is added up from rows of which only some state wage; it is taken as not stated."})
}

func TestManySourcesAreNamedShortly(t *testing.T) {
	for text, want := range map[string]string{"": "", "b": "b", "bb": "b", "cab": "a; b; c", "bdbaca": "a; b; and 2 more"} {
		var n names
		for _, c := range text {
			n.add(string(c))
		}
		if got := n.joined(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestRowsOfAnotherYearStandForThePeriodAndAreNoted(t *testing.T) {
	d := directory(t, workers(
		"DE,2221,2022,10,stock,,,,Alpha,2024,CC0-1.0",
		"DE,2222,2023,3,stock,,,,Alpha,2024,CC0-1.0",
		"DE,2211,2022,20,stock,,,,Alpha,2024,CC0-1.0",
		"DE,2211,2023,30,stock,,,,Alpha,2024,CC0-1.0",
		"DE,2211,2025,40,stock,,,,Alpha,2024,CC0-1.0",
	))
	m := mustMarket(t, d, 4)
	counts, periods := map[string]int64{}, map[string]string{}
	for _, c := range m.Cohorts {
		counts[c.Occupation], periods[c.Occupation] = c.Count, c.Period
	}
	// 2023 and 2025 are as near to 2024; the later counts. Adding the three years up would count people three times.
	if want := map[string]int64{"2221": 10, "2222": 3, "2211": 40}; !maps.Equal(counts, want) {
		t.Errorf("got %v, want %v", counts, want)
	}
	if want := map[string]string{"2221": "2022", "2222": "2023", "2211": "2025"}; !maps.Equal(periods, want) {
		t.Errorf("periods %v, want %v", periods, want)
	}
	wantNote(t, m, matcher.Note{Topic: "as-of", Count: 1, Text: "1 row of workers.csv is of 2022 and stands for 2024."})
	wantNote(t, m, matcher.Note{Topic: "years", Count: 2, Text: "2 rows of workers.csv are left out: the same figure is there for a year nearer to 2024."})
	sum := mustMarket(t, d, 3)
	if c := sum.Cohorts[slices.IndexFunc(sum.Cohorts, func(c matcher.Cohort) bool { return c.Occupation == "222" })]; c.Count != 13 || c.Period != "2024" {
		t.Errorf("a sum over years is %d of %s, want 13 of the market's 2024", c.Count, c.Period)
	}
}

func TestThePeriodIsTheMostFrequentAmongVacanciesOrThatOfThePolicy(t *testing.T) {
	rows := vacancies(
		"DE,2221,,2023,1,stock,,,,,Alpha,2024,CC0-1.0,",
		"DE,2222,,2023,1,stock,,,,,Alpha,2024,CC0-1.0,",
		"DE,2211,,2024,1,stock,,,,,Alpha,2024,CC0-1.0,",
	)
	if got := directory(t, rows).Period(); got != "2023" {
		t.Errorf("period %s", got)
	}
	if got := directory(t, mapsOf(rows, policyFile("period: 2022"))).Period(); got != "2022" {
		t.Errorf("period %s", got)
	}
}

func TestConsentLetsOlderRowsIn(t *testing.T) {
	old := workers("DE,2221,2012,12,stock,,,,Alpha,2024,CC0-1.0")
	if _, err := Read(folder(old)); err == nil {
		t.Error("twelve years apart without consent")
	}
	m := mustMarket(t, directory(t, mapsOf(old, policyFile("as_of_years: 12"))), 4)
	if m.Cohorts[0].Count != 12 {
		t.Errorf("count %d", m.Cohorts[0].Count)
	}
}

func TestCoverageDividesAndMarksAsEstimated(t *testing.T) {
	d := directory(t, vacancies(
		"DE,2221,,2024,120,stock,,,,0.5,Alpha,2024,CC0-1.0,",
		"DE,2222,,2024,7,stock,,,,1,Alpha,2024,CC0-1.0,",
		"NO,2222,,2024,9,stock,,,,,Alpha,2024,CC0-1.0,",
	))
	m := mustMarket(t, d, 4)
	if got, want := vacancyCounts(m), map[string]int64{"DE 2221": 240, "DE 2222": 7, "NO 2222": 9}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, v := range m.Vacancies {
		if v.Estimated != (v.Count == 240) {
			t.Errorf("%s: estimated %t", v.Key(), v.Estimated)
		}
	}
	wantNote(t, m, matcher.Note{Topic: "coverage", Count: 1, Text: "1 row of vacancies.csv is divided by the share of the true number that the source sees."})
	wantNote(t, m, matcher.Note{Topic: "coverage", Count: 1, Text: "1 row of vacancies.csv is without a coverage: the source is taken to see everybody, which makes the figure a lower bound."})
}

func TestNetGoesWithStockAndWithFlowAndIsRoundedByItself(t *testing.T) {
	rows := []string{
		"NO,2221,,2024,10.4,net,,,,,Alpha,2024,CC0-1.0,",
		"NO,2222,,2024,5.4,stock,,,,,Alpha,2024,CC0-1.0,",
	}
	m := mustMarket(t, directory(t, vacancies(rows...)), 4)
	if got := vacancyCounts(m); got["NO 2221"] != 10 || got["NO 2222"] != 5 || m.Base != matcher.Stock {
		t.Errorf("%v, base %s", got, m.Base)
	}
	flow := mapsOf(vacancies(rows[0]), workers("NO,2221,2024,10,flow,,,,Alpha,2024,CC0-1.0"))
	if m := mustMarket(t, directory(t, flow), 4); m.Base != matcher.Flow {
		t.Errorf("base %s", m.Base)
	}
}

func TestARunFinerThanTheFitsIsRefusedNamingThem(t *testing.T) {
	d := directory(t, map[string]string{FitsFile: "from,to,fit,source\n222,221,0.5,Alpha\n"})
	if d.Level() != 3 {
		t.Errorf("level %d, want 3, that of the coarsest file", d.Level())
	}
	_, err := d.Market(4)
	var problems *Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	want := `fits.csv, row 2, column from: "222" is too coarse for a run at ISCO level 4: row 2. Run at level 3 or coarser; finer rows are then added up.`
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	if m := mustMarket(t, d, 0); m.Level != 3 {
		t.Errorf("level %d", m.Level)
	}
	if _, err := d.Market(5); err == nil || errors.As(err, &problems) && problems == nil {
		t.Errorf("level 5: %v", err)
	}
}

func TestWagesAreYearlyAndTheNearestYearCounts(t *testing.T) {
	d := directory(t, map[string]string{WagesFile: strings.Join([]string{
		"region,occupation,period,wage,unit,source,date,assumed",
		"DE,,2024,3000.5,PPP$ per month,Alpha,2024,",
		"NO,,2024,20.25,PPP$ per hour,Alpha,2024,yes",
		"PL,,2022,30000,PPP$ per year,Alpha,2024,",
		"PL,,2023,31000,PPP$ per year,Alpha,2024,",
	}, "\n")})
	m := mustMarket(t, d, 4)
	got := map[string]int64{}
	for _, w := range m.Wages {
		got[w.Region+w.Period] = w.Wage
	}
	if want := map[string]int64{"DE2024": 36006, "NO2024": 36450, "PL2023": 31000}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	wantNote(t, m, matcher.Note{Topic: "wages", Count: 1, Text: "1 row of wages.csv is stated per hour and taken times 1,800 hours a year, an assumption."})
	wantNote(t, m, matcher.Note{Topic: "years", Count: 1, Text: "1 row of wages.csv is left out: the same figure is there for a year nearer to 2024."})
	wantNote(t, m, matcher.Note{Topic: "as-of", Count: 1, Text: "1 row of wages.csv is of 2023 and stands for 2024."})
	wantNote(t, m, matcher.Note{Topic: "assumed", Count: 1, Text: "1 row of wages.csv is assumed: no source states the figure."})
}

func TestWagesFinerThanTheLevelAreAveragedByStock(t *testing.T) {
	d := directory(t, mapsOf(
		vacancies("DE-BY,2221,,2024,30,stock,,,,,Alpha,2024,CC0-1.0,", "DE-BY,2222,,2024,10,stock,,,,,Alpha,2024,CC0-1.0,"),
		workers("NO,2222,2024,10,stock,,,,Alpha,2024,CC0-1.0"),
		map[string]string{WagesFile: "region,occupation,period,wage,unit,source,date\n" +
			"DE,2221,2024,50000,PPP$ per year,Alpha,2024\nDE,2222,2024,40000,PPP$ per year,Alpha,2024\n" +
			"NO,2221,2024,60000,PPP$ per year,Alpha,2024\nNO,2222,2024,50000,PPP$ per year,Alpha,2024\nNO,222,2024,58000,PPP$ per year,Alpha,2024\n" +
			"PL,2221,2024,30000,PPP$ per year,Alpha,2024\nPL,2222,2024,20000,PPP$ per year,Alpha,2024\n"},
	))
	got := map[string]int64{}
	for _, w := range mustMarket(t, d, 3).Wages {
		got[w.Region+w.Occupation] = w.Wage
	}
	// Germany by its stock, 3 to 1; Norway has a wage of the group; Poland has no stock, so the plain mean.
	if want := map[string]int64{"DE222": 47500, "NO222": 58000, "PL222": 25000}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOwnFitsWinAndAreAveragedAtACoarserLevel(t *testing.T) {
	d := directory(t, mapsOf(
		vacancies("DE,7411,,2024,30,stock,,,,,Alpha,2024,CC0-1.0,", "DE,7412,,2024,10,stock,,,,,Alpha,2024,CC0-1.0,"),
		workers("DE,7421,2024,10,stock,,,,Alpha,2024,CC0-1.0", "DE,7422,2024,30,stock,,,,Alpha,2024,CC0-1.0"),
		map[string]string{FitsFile: "from,to,fit,training_months,regulated,source\n7421,7411,0.8,6,,Beta\n7422,7411,0.4,2,conversion,Alpha\n7411,7421,0.9,,,Alpha\n"},
	))
	fine := mustMarket(t, d, 4)
	if len(fine.Fits) != 2 || fine.Fits[0].From != "7421" || fine.Fits[0].Fit != 0.8 || *fine.Fits[0].TrainingMonths != 6 || !fine.Fits[1].Conversion {
		t.Errorf("at level 4: %+v", fine.Fits)
	}
	coarse := mustMarket(t, d, 3)
	if len(coarse.Fits) != 1 {
		t.Fatalf("at level 3: %+v", coarse.Fits)
	}
	// Of 742, a quarter is 7421; of 741, three quarters are 7411, and to 7412 nothing is stated.
	f := coarse.Fits[0]
	if want := 0.75 * (0.25*0.8 + 0.75*0.4); f.From != "742" || f.To != "741" || abs(f.Fit-want) > 1e-12 {
		t.Errorf("fit %+v, want %v", f, want)
	}
	if want := 0.25*6 + 0.75*2; abs(*f.TrainingMonths-want) > 1e-12 || !f.Conversion || f.Source != "Alpha; Beta" {
		t.Errorf("training %v, conversion %t, source %q", *f.TrainingMonths, f.Conversion, f.Source)
	}
	wantNote(t, coarse, matcher.Note{Topic: "fits", Count: 3, Text: "Fits between occupations are the 3 rows of fits.csv; those of the program are not used."})
}

func abs(x float64) float64 { return max(x, -x) }

func TestWithoutOwnFitsThoseOfTheCodeListsConnectTheMarket(t *testing.T) {
	d := directory(t, mapsOf(vacancies("DE,2512,,2024,30,stock,,,,,Alpha,2024,CC0-1.0,"), workers("DE,2513,2024,10,stock,,,,Alpha,2024,CC0-1.0")))
	m := mustMarket(t, d, 4)
	if len(m.Fits) != 1 || m.Fits[0].From != "2513" || m.Fits[0].To != "2512" || m.Fits[0].Fit <= 0 || m.Fits[0].Fit > 1 || m.Fits[0].Source == "" {
		t.Errorf("%+v", m.Fits)
	}
	if len(m.Occupations) != 436 {
		t.Errorf("%d occupations", len(m.Occupations))
	}
	i := slices.IndexFunc(m.Occupations, func(o matcher.Occupation) bool { return o.Code == "2221" })
	if o := m.Occupations[i]; o.Title == "" || !o.Regulated || len(o.Skills) == 0 || !slices.Equal(o.SkillLevels, []int{4}) {
		t.Errorf("%+v", o)
	}
}

func TestChannelsCarryWhatTheirRowsSayAndBlocsTheirMembersOfThePeriod(t *testing.T) {
	d := directory(t, mapsOf(
		channel("eu,Free movement,free_movement,EU,EU PH,,,,,,,,,,Treaty,1957"),
		policyFile("period: 2024"),
	))
	m := mustMarket(t, d, 4)
	if len(m.Channels) != 1 || !slices.Equal(m.Channels[0].Destinations, []string{"EU", "PH"}) || m.Channels[0].Quota != nil || m.Channels[0].CostWorker != nil {
		t.Errorf("%+v", m.Channels)
	}
	if len(m.Blocs) != 1 || m.Blocs[0].ID != "EU" || len(m.Blocs[0].Members) != 27 || slices.Contains(m.Blocs[0].Members, "GB") {
		t.Errorf("%+v", m.Blocs)
	}
	// A channel for one unit group carries nobody at a coarser level, and says so.
	d = directory(t, channel("nurses,Nurses,agreement,PH,DE,2221 7411,active,24,50,each,no_worker_fee,2013,,yes,Law,2013"))
	m = mustMarket(t, d, 2)
	wantNote(t, m, matcher.Note{Topic: "channels", Count: 2, Text: "Channel nurses names 2 occupations finer than ISCO level 2, for which it carries nobody in this run."})
	if c := m.Channels[0]; *c.Quota != 50 || c.QuotaOf != matcher.QuotaEach || c.Months != 24 || c.Recruitment != "active" || len(c.Protections) != 1 || c.InForce != "yes" {
		t.Errorf("%+v", c)
	}
}

func TestSafeguardsAndNotesReachTheMarket(t *testing.T) {
	d := directory(t, map[string]string{
		SafeguardsFile: "id,origins,occupations,rule,amount,list,source,date\nstay,PH,22,stay,0.5,,Law,2023\nwho,*,22,list,,who-2023,List,2023\n",
		NotesFile:      "topic,text,count\nunmapped,Soldiers were left out.,310\n",
		"extra.csv":    "anything",
	})
	m := mustMarket(t, d, 4)
	if len(m.Safeguards) != 2 || m.Safeguards[0].Amount != 0.5 || m.Safeguards[0].Rule != matcher.RuleStay {
		t.Errorf("%+v", m.Safeguards)
	}
	who := m.Safeguards[1]
	if len(who.Origins) != 55 || slices.Contains(who.Origins, "PH") || !slices.Contains(who.Origins, "ZW") {
		t.Errorf("the list protects %v", who.Origins)
	}
	if len(who.Shares) == 0 || slices.ContainsFunc(who.Shares, func(s matcher.Share) bool { return s.Share != 1 || s.Occupation[:2] != "22" }) {
		t.Errorf("the list is about %v", who.Shares)
	}
	coarse := mustMarket(t, d, 1).Safeguards[1]
	if len(coarse.Shares) != 0 { // 22 is finer
		t.Errorf("at one digit the list is about %v", coarse.Shares)
	}
	wantNote(t, m, matcher.Note{Topic: "unmapped", Text: "Soldiers were left out.", Count: 310})
	wantNote(t, m, matcher.Note{Topic: "files", Count: 1, Text: "Not read, because no file of a market directory has this name: extra.csv."})
}

func TestTheTinyMarketIsTheOneItsReadmeDescribes(t *testing.T) {
	d, err := Read(os.DirFS("testdata/tiny"))
	if err != nil {
		t.Fatal(err)
	}
	m := mustMarket(t, d, 0)
	want := map[string]int64{"DE 2221": 120, "DE 5321": 80, "DE 7411": 40, "PH 2221": 10, "PH 7411": 15}
	if got := vacancyCounts(m); m.Level != 4 || !maps.Equal(got, want) {
		t.Errorf("level %d, %v", m.Level, got)
	}
	if m.Title != "A tiny made-up market" || len(m.Cohorts) != 6 || len(m.Fits) != 2 || *m.Channels[0].Quota != 50 {
		t.Errorf("title %q, %d cohorts, fits %v, channels %+v", m.Title, len(m.Cohorts), m.Fits, m.Channels)
	}
	if p := d.Policy(); p.Mobile.Value != 0.2 || !p.Mobile.Assumed || p.Order != matcher.HomeFirst || !reflect.DeepEqual(p.Years, matcher.DefaultPolicy().Years) {
		t.Errorf("policy %+v", p)
	}
}
