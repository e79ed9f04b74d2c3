package demo_test

import (
	"encoding/csv"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
	"labourmatch/datasets/demo"
)

// row is a row of a market file by column name.
type row map[string]string

// made is the market directory, made once for all tests that only read it.
var made = sync.OnceValues(demo.FS)

func read(t *testing.T, name string) []row {
	t.Helper()
	market, err := made()
	if err != nil {
		t.Fatal(err)
	}
	f, err := market.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for _, cells := range all[1:] {
		r := row{}
		for i, c := range cells {
			r[all[0][i]] = c
		}
		out = append(out, r)
	}
	return out
}

// millionths reads a decimal exactly.
func millionths(t *testing.T, cell string) int64 {
	t.Helper()
	units, part, _ := strings.Cut(cell, ".")
	n, err := strconv.ParseInt(units+(part + "000000")[:6], 10, 64)
	if err != nil || len(part) > 6 {
		t.Fatalf("%q is not a decimal of at most six places", cell)
	}
	return n
}

func sum(t *testing.T, rows []row, country string) (total int64) {
	for _, r := range rows {
		if r["region"][:2] == country {
			total += millionths(t, r["count"])
		}
	}
	return total
}

func TestTotalsArePublishersToTheHundredth(t *testing.T) {
	vacancies, workers := read(t, "vacancies.csv"), read(t, "workers.csv")
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"Germany's vacancies", sum(t, vacancies, "DE"), 843_269_670_000},
		{"Germany's unemployed", sum(t, workers, "DE"), 2_221_320_950_000},
		{"Norway's shortage", sum(t, vacancies, "NO"), 32_800_000_000},
		{"Norway's jobseekers with an occupation", sum(t, workers, "NO"), 120_524_000_000},
	} {
		if c.got != c.want {
			t.Errorf("%s add up to %d millionths, want %d", c.what, c.got, c.want)
		}
	}
}

// unfillable sums openings that no unemployed of the same occupation in the same Land could fill, in persons: in all
// and by occupation.
func unfillable(t *testing.T, level int) (total float64, byOccupation map[string]float64) {
	balance := map[[2]string]int64{}
	for name, sign := range map[string]int64{"vacancies.csv": 1, "workers.csv": -1} {
		for _, r := range read(t, name) {
			if r["region"] != "NO" {
				balance[[2]string{r["region"], r["occupation"][:level]}] += sign * millionths(t, r["count"])
			}
		}
	}
	byOccupation = map[string]float64{}
	for at, n := range balance {
		if n > 0 {
			total += float64(n) / 1e6
			byOccupation[at[1]] += float64(n) / 1e6
		}
	}
	return total, byOccupation
}

func TestGapsAtEachLevelAreTheKnownOnesWithinAHundredth(t *testing.T) {
	for level, want := range map[int]float64{2: 17_900, 3: 33_100, 4: 55_700} {
		if got, _ := unfillable(t, level); math.Abs(got-want) > want/100 {
			t.Errorf("at ISCO-%d %.0f openings could be filled by no unemployed of the same occupation and Land, want about %.0f", level, got, want)
		}
	}
	if got := demo.SourceLevel().Unfillable; math.Abs(float64(got)-85_000) > 850 {
		t.Errorf("at KldB-3 it is %d openings, want about 85,000", got)
	}
}

func TestWidestGapsAtISCO3(t *testing.T) {
	_, by := unfillable(t, 3)
	var occupations []string
	for o := range by {
		occupations = append(occupations, o)
	}
	slices.SortFunc(occupations, func(a, b string) int { return int(math.Copysign(1, by[b]-by[a])) })
	want := []string{"741", "215", "226", "251", "325", "322"}
	if got := occupations[:len(want)]; !slices.Equal(got, want) {
		t.Errorf("the widest gaps at ISCO-3 are %v, want %v", got, want)
	}
}

func TestSourceLevelAgreesWithItsParts(t *testing.T) {
	l := demo.SourceLevel()
	if l.Groups != 144 || l.Vacancies != 843_270 || l.Unemployed != 2_221_321 || l.Unfillable != 84_982 {
		t.Errorf("got %d groups, %d vacancies, %d unemployed, %d openings nobody could fill", l.Groups, l.Vacancies, l.Unemployed, l.Unfillable)
	}
	if len(l.Widest) != 10 || l.Widest[0].Code != "262" || l.Widest[0].Title == "" {
		t.Errorf("the widest groups are %v, want ten and 262 first", l.Widest)
	}
	for i, g := range l.Widest[1:] {
		if g.Unfillable > l.Widest[i].Unfillable {
			t.Errorf("%s stands after %s and is wider", g.Code, l.Widest[i].Code)
		}
	}
}

func TestEveryRowOfTheMarketIsKnownUniqueAndSourced(t *testing.T) {
	for _, name := range []string{"vacancies.csv", "workers.csv"} {
		seen := map[string]bool{}
		for _, r := range read(t, name) {
			key := strings.Join([]string{r["region"], r["occupation"], r["period"], r["kind"], r["status"]}, "|")
			if seen[key] {
				t.Errorf("%s: two rows %s", name, key)
			}
			seen[key] = true
			if r["estimated"] != "yes" && r["estimated"] != "no" {
				t.Errorf("%s: %s is estimated %q", name, key, r["estimated"])
			}
			if _, ok := codes.RegionByCode(r["region"]); !ok {
				t.Errorf("%s: region %q is unknown", name, r["region"])
			}
			if o, ok := codes.OccupationByCode(r["occupation"]); !ok || o.Level != 4 {
				t.Errorf("%s: %q is no ISCO-08 unit group", name, r["occupation"])
			}
			if millionths(t, r["count"]) <= 0 {
				t.Errorf("%s: %s has the count %q", name, key, r["count"])
			}
		}
	}
	for _, name := range []string{"vacancies.csv", "workers.csv", "wages.csv", "channels.csv"} {
		for _, r := range read(t, name) {
			if r["source"] == "" || r["date"] == "" || r["licence"] == "" || (r["assumed"] != "yes" && r["assumed"] != "no") {
				t.Errorf("%s: no source, date, licence or assumed in %v", name, r)
			}
		}
	}
}

func TestSplitFiguresAreMarkedEstimatedAndOurOwnMappingsAssumed(t *testing.T) {
	assumed, estimated := map[string]bool{}, 0
	for _, name := range []string{"vacancies.csv", "workers.csv"} {
		for _, r := range read(t, name) {
			if r["assumed"] == "yes" {
				assumed[r["region"]+" "+r["occupation"]] = true
			}
			if r["estimated"] == "yes" {
				estimated++
			} else if r["region"] != "NO" && millionths(t, r["count"])%10_000 != 0 {
				t.Errorf("%s: %s %s is %s, which is no sum of published figures, and not marked", name, r["region"], r["occupation"], r["count"])
			}
		}
	}
	for _, at := range []string{"NO 2221", "NO 2635", "NO 3435"} {
		if !assumed[at] {
			t.Errorf("%s is not marked as assumed", at)
		}
	}
	if len(assumed) != 3 || estimated == 0 {
		t.Errorf("%d cells are assumed, want 3; %d rows are estimated", len(assumed), estimated)
	}
}

func TestAllSixteenLaenderAreThere(t *testing.T) {
	regions := map[string]bool{}
	for _, r := range read(t, "vacancies.csv") {
		regions[r["region"]] = true
	}
	if len(regions) != 17 || !regions["NO"] {
		t.Errorf("the regions are %v, want 16 Länder and NO", regions)
	}
}

func TestNorwaysShortageIsNetAndAllElseAStock(t *testing.T) {
	for _, name := range []string{"vacancies.csv", "workers.csv"} {
		for _, r := range read(t, name) {
			want, period := "stock", "2022"
			if r["region"] == "NO" {
				period = "2017"
				if name == "vacancies.csv" {
					want = "net"
				}
			}
			if r["kind"] != want || r["period"] != period {
				t.Fatalf("%s: %s is a %s of %s, want a %s of %s", name, r["region"], r["kind"], r["period"], want, period)
			}
		}
	}
}

func TestWagesCoverEveryMajorGroupOfBothCountries(t *testing.T) {
	assumed := 0
	rows := read(t, "wages.csv")
	for _, r := range rows {
		if wage, err := strconv.ParseFloat(r["wage"], 64); err != nil || wage < 10 || wage > 60 || r["unit"] != "PPP$ per hour" {
			t.Errorf("%s %s earns %s %s", r["region"], r["occupation"], r["wage"], r["unit"])
		}
		if r["assumed"] == "yes" {
			assumed++
		}
	}
	if len(rows) != 20 || assumed != 1 {
		t.Errorf("%d wages, %d assumed, want 20 and 1", len(rows), assumed)
	}
}

func TestUnmappedMassIsListedAndReachesTheNotes(t *testing.T) {
	counts, cells := map[string]int64{}, 0
	for _, u := range demo.Unmapped() {
		counts[u.Region+u.Code] += u.Count
		cells += u.Cells
		if u.Why == "" || u.Source.Title == "" {
			t.Errorf("%+v does not say why, or by whom", u)
		}
		found := false
		for _, r := range read(t, "notes.csv") {
			found = found || r["topic"] == "unmapped" && strings.Contains(r["text"], u.Why) && strings.Contains(r["text"], u.Region)
		}
		if !found {
			t.Errorf("no note tells of %+v", u)
		}
	}
	// NAV counts 126,148 jobseekers beside the 19 cells it hides.
	if got := counts["NO-1"] + counts["NO0000"]; got != 126_148-120_524 {
		t.Errorf("%d jobseekers without an occupation, want %d", got, 126_148-120_524)
	}
	if counts["DE"] != 197_000 {
		t.Errorf("%d unemployed of Germany in no group, want 197,000", counts["DE"])
	}
	if cells != 1+2+19 {
		t.Errorf("%d cells, want 22", cells)
	}
}

func TestNotesAreInTheMarketAsGiven(t *testing.T) {
	rows := read(t, "notes.csv")
	notes := demo.Notes()
	if len(rows) != len(notes) {
		t.Fatalf("%d rows and %d notes", len(rows), len(notes))
	}
	topics := map[string]bool{}
	for i, n := range notes {
		count := ""
		if n.Count != 0 {
			count = strconv.FormatInt(n.Count, 10)
		}
		if rows[i]["topic"] != n.Topic || rows[i]["text"] != n.Text || rows[i]["count"] != count {
			t.Errorf("row %v is not note %v", rows[i], n)
		}
		topics[n.Topic] = true
	}
	for _, topic := range []string{"years", "coverage", "crosswalk", "suppressed", "wages", "survey", "jobseekers", "counties", "unmapped", "soldiers"} {
		if !topics[topic] {
			t.Errorf("no note on %s", topic)
		}
	}
}

func TestNoteOnCountiesStatesBothSums(t *testing.T) {
	for _, n := range demo.Notes() {
		if n.Topic == "counties" && (!strings.Contains(n.Text, "28,200") || !strings.Contains(n.Text, "32,800")) {
			t.Errorf("the note says %q", n.Text)
		}
	}
}

func TestFSIsAFileSystemAndTheSameEachTime(t *testing.T) {
	first, err := demo.FS()
	if err != nil {
		t.Fatal(err)
	}
	files := []string{"vacancies.csv", "workers.csv", "wages.csv", "channels.csv", "notes.csv", "policy.yaml"}
	if err := fstest.TestFS(first, files...); err != nil {
		t.Error(err)
	}
	second, err := demo.FS()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		a, errA := fs.ReadFile(first, name)
		b, errB := fs.ReadFile(second, name)
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s differs between two calls (%v, %v)", name, errA, errB)
		}
	}
}

func TestReaderFindsNoFaultInAnyFile(t *testing.T) {
	market, err := made()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.ReadDir(market, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() == datasets.PolicyFile {
			continue
		}
		table, ok := datasets.TableFor(f.Name())
		if !ok {
			t.Errorf("%s is no file of a market directory", f.Name())
			continue
		}
		r, err := market.Open(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		summary, err := datasets.ReadTable(r, table, f.Name(), nil)
		if err != nil {
			t.Error(err)
		}
		if want := int64(len(read(t, f.Name()))); summary.Rows != want {
			t.Errorf("%s: %d rows accepted of %d", f.Name(), summary.Rows, want)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPolicyStatesTitleAndPeriodAndNoNumber(t *testing.T) {
	market, err := made()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := fs.ReadFile(market, datasets.PolicyFile)
	if err != nil {
		t.Fatal(err)
	}
	s, err := datasets.ReadPolicy(raw, datasets.PolicyFile)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != demo.Title || s.Period != demo.Period || !slices.Equal(s.Given, []string{"title", "period"}) {
		t.Errorf("the policy states %v, with title %q and period %q", s.Given, s.Title, s.Period)
	}
}

func TestChannelNamesAKnownBloc(t *testing.T) {
	for _, r := range read(t, "channels.csv") {
		bloc, ok := codes.BlocByID(r["origins"])
		if !ok || r["origins"] != r["destinations"] {
			t.Fatalf("the channel goes from %q to %q", r["origins"], r["destinations"])
		}
		for _, region := range []string{"DE-BY", "NO"} {
			if !bloc.Has(region, demo.Period+"-12-31") {
				t.Errorf("%s is not in %s", region, bloc.ID)
			}
		}
	}
}
