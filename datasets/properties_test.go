package datasets

import (
	"bytes"
	"fmt"
	"iter"
	"math/big"
	"math/rand"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"labourmatch/matcher"
)

// cellText draws free text that tries what could break a CSV file or a spreadsheet.
func cellText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"=SUM(A1:A9)", "'=1", "''=1", "-5", "@cmd", "+1", "'", "'quoted'", `say "no"`, "a, b", "a;b", "Büro für Arbeit", "＝1", "x\ny", " two  spaces ", "0110",
		}),
		rapid.StringMatching(`[A-Za-zäöü'=+@"-][ A-Za-z0-9,;'"=-]{0,12}[a-z]`),
	)
}

func optionalOf(g *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.OneOf(rapid.Just(""), g)
}

var (
	someRegions     = rapid.SampledFrom([]string{"DE", "DE-BY", "DE-BE", "NO", "PH", "PH-00", "PL"})
	someOccupations = rapid.SampledFrom([]string{"2221", "2222", "2211", "3221", "5321", "5322", "7411", "7412", "0110", "0210", "9211"})
	someSkills      = rapid.SampledFrom([]string{"1", "2", "3", "4", "3-4", "S1", "K09"})
	someCounts      = rapid.Custom(func(t *rapid.T) string {
		whole := rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64Range(0, maxCount-1)).Draw(t, "whole")
		switch rapid.IntRange(0, 2).Draw(t, "form") {
		case 0:
			return strconv.FormatInt(whole, 10)
		case 1:
			return fmt.Sprintf("%d.%06d", whole, rapid.IntRange(0, 999_999).Draw(t, "fraction"))
		}
		return fmt.Sprintf("%03d.50", whole%100)
	})
	someDates = rapid.SampledFrom([]string{"2022", "2023-05", "2024-12-31"})
)

// draw makes the files of a random market directory that is in order, with columns and rows in random order.
func draw(t *rapid.T) map[string]string {
	files := map[string]string{}
	base := rapid.SampledFrom([]string{"stock", "flow"}).Draw(t, "base")
	for _, file := range []string{VacanciesFile, WorkersFile} {
		table, _ := TableFor(file)
		rows := [][]string{}
		seen := map[string]bool{}
		for i := range rapid.IntRange(1, 25).Draw(t, "rows") {
			kind := base
			if file == VacanciesFile && rapid.IntRange(0, 4).Draw(t, "net") == 0 {
				kind = "net"
			}
			cells := map[string]string{
				"region": someRegions.Draw(t, "region"), "period": rapid.SampledFrom([]string{"2021", "2023", "2024"}).Draw(t, "period"),
				"count": someCounts.Draw(t, "count"), "kind": kind, "source": cellText().Draw(t, "source"), "date": someDates.Draw(t, "date"),
				"licence": cellText().Draw(t, "licence"), "assumed": optionalOf(rapid.SampledFrom([]string{"yes", "no", "TRUE"})).Draw(t, "assumed"),
				"coverage": optionalOf(rapid.SampledFrom([]string{"1", "0.9", "0.123457", "1.000"})).Draw(t, "coverage"),
			}
			if whole, _, _ := strings.Cut(cells["count"], "."); len(whole) > 7 {
				cells["coverage"] = "" // else the count may stand for too many
			}
			if rapid.IntRange(0, 5).Draw(t, "skilled") == 0 {
				cells["skill"] = someSkills.Draw(t, "skill")
			} else {
				cells["occupation"] = someOccupations.Draw(t, "occupation")
			}
			if file == VacanciesFile {
				cells["contract"] = optionalOf(rapid.Just("seasonal")).Draw(t, "contract")
				cells["wage"] = optionalOf(someCounts).Draw(t, "wage")
			} else {
				cells["status"] = optionalOf(rapid.Just("graduate")).Draw(t, "status")
				cells["outside"] = optionalOf(someCounts).Draw(t, "outside")
			}
			if i == 0 {
				cells["count"], cells["coverage"] = "12345", "" // one plain count: the file's points stand before decimals
			}
			row, id := make([]string, len(table.Columns)), ""
			for j, c := range table.Columns {
				row[j] = cells[c.Name]
				if c.Key {
					id += row[j] + "|"
				}
			}
			if !seen[id] {
				seen[id] = true
				rows = append(rows, row)
			}
		}
		files[file] = asCSV(t, table, rows)
	}
	if rapid.Bool().Draw(t, "wages") {
		files[WagesFile] = "region,occupation,period,wage,unit,source,date\nDE,,2022,30000,PPP$ per year,=a,2022\nDE,2221,2024,4000.5,PPP$ per month,b,2022\nDE,2222,2024,28.1,PPP$ per hour,c,2022\n"
	}
	if rapid.Bool().Draw(t, "fits") {
		files[FitsFile] = "from,to,fit,training_months,source\n2221,5321,0.7,,a\n5321,2222,0.333333,18,b\n5322,2221,0.5,2,c\n"
	}
	return files
}

// asCSV writes cells with the columns in random order, and quotes each cell or not, as it likes.
func asCSV(t *rapid.T, table Table, rows [][]string) string {
	order := rapid.Permutation(table.Names()).Draw(t, "columns")
	var b strings.Builder
	if rapid.Bool().Draw(t, "mark") {
		b.WriteString("\ufeff")
	}
	end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
	b.WriteString(strings.Join(order, ",") + end)
	for _, row := range rows {
		for i, name := range order {
			if i > 0 {
				b.WriteByte(',')
			}
			c := row[table.index(name)]
			if strings.ContainsAny(c, "\",\n") || rapid.IntRange(0, 9).Draw(t, "quoted") == 0 {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString(end)
	}
	return b.String()
}

func folderOf(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, content := range files {
		out[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return out
}

func mustRead(t rapid.TB, files map[string]string) *Directory {
	t.Helper()
	d, err := Read(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustMarket(t rapid.TB, d *Directory, level int) *matcher.Market {
	t.Helper()
	m, err := d.Market(level)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func written(t rapid.TB, d *Directory) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range Tables() {
		if d.Len(table.File) == 0 {
			continue
		}
		var b bytes.Buffer
		if err := d.WriteFile(&b, table.File); err != nil {
			t.Fatal(err)
		}
		out[table.File] = b.String()
	}
	if p := d.PolicyYAML(); p != nil {
		out[PolicyFile] = string(p)
	}
	return out
}

func TestWhatIsWrittenIsWhatWasRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := mustRead(t, draw(t))
		first := written(t, d)
		again := mustRead(t, first)
		if second := written(t, again); !reflect.DeepEqual(first, second) {
			t.Fatalf("written twice:\n%v\n%v", first, second)
		}
		if d.Hash() != again.Hash() {
			t.Fatal("the identity changed on the way")
		}
		if a, b := mustMarket(t, d, 0), mustMarket(t, again, 0); !reflect.DeepEqual(a, b) {
			t.Fatal("the market changed on the way")
		}
	})
}

func TestNoWrittenCellIsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for file, content := range written(t, mustRead(t, draw(t))) {
			for _, line := range strings.Split(content, "\n") {
				for _, cell := range strings.Split(line, ",") {
					if formula(strings.TrimLeft(cell, `"`)) && !strings.Contains(line, `"`) {
						t.Fatalf("%s: %q", file, cell)
					}
				}
			}
		}
	})
}

func TestGuardedTextIsReadBackAndNeverAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(cellText(), rapid.StringMatching(`[-'=+@a]{1,6}`)).Draw(t, "text")
		if g := Guard(s); formula(g) || Unguard(g) != s {
			t.Fatalf("%q becomes %q becomes %q", s, g, Unguard(g))
		}
	})
}

// rowsOf hands a table's rows over as the database does.
func rowsOf(d *Directory, file string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, cells := range d.Rows(file) {
			if !yield(cells, nil) {
				return
			}
		}
	}
}

func TestRowsFromTheDatabaseGiveTheSameMarket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := mustRead(t, draw(t))
		other := NewDirectory()
		for _, table := range Tables() {
			if d.Len(table.File) > 0 {
				if err := other.Add(table.File, rowsOf(d, table.File)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := other.Check(); err != nil {
			t.Fatal(err)
		}
		if d.Hash() != other.Hash() || !reflect.DeepEqual(mustMarket(t, d, 0), mustMarket(t, other, 0)) {
			t.Fatal("the two differ")
		}
	})
}

func TestTheOrderOfRowsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := mustRead(t, draw(t))
		shuffled := written(t, d)
		random := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))) //nolint:gosec // a test's shuffle
		for file, content := range shuffled {
			head, body, _ := strings.Cut(strings.TrimSuffix(content, "\n"), "\n")
			rows := strings.Split(body, "\n")
			random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			shuffled[file] = head + "\n" + strings.Join(rows, "\n") + "\n"
		}
		other := mustRead(t, shuffled)
		if d.Hash() != other.Hash() {
			t.Fatal("the identity depends on the order of rows")
		}
		for level := 1; level <= d.Level(); level++ {
			if a, b := mustMarket(t, d, level), mustMarket(t, other, level); !reflect.DeepEqual(a, b) {
				t.Fatalf("the market at level %d depends on the order of rows:\n%+v\n%+v", level, a, b)
			}
		}
	})
}

func TestAnyChangeOfACellChangesTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := mustRead(t, draw(t))
		before := d.Hash()
		rows := d.tables[WorkersFile].rows
		row := rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")]
		at := rapid.IntRange(0, len(row)-1).Draw(t, "column")
		row[at] += "1"
		if d.Hash() == before {
			t.Fatalf("the identity is the same with another %s", d.tables[WorkersFile].table.Columns[at].Name)
		}
	})
}

// TestMassIsConserved adds up the rows by other means (rational numbers, straight from the cells) and compares with the
// market at every level, by country and kind: less than a unit apart, and the same at every level.
func TestMassIsConserved(t *testing.T) {
	type group struct{ file, country, kind string }
	half := big.NewRat(1, 2)
	rapid.Check(t, func(t *rapid.T) {
		files := draw(t)
		d := mustRead(t, files)
		period, _ := strconv.Atoi(d.Period())
		want := map[group]*big.Rat{}
		for _, file := range []string{VacanciesFile, WorkersFile} {
			table, _ := TableFor(file)
			// Of rows that differ in their year only, the nearest to the period counts, the later of two equally near.
			best := map[string][]string{}
			distance := func(row []string) int {
				y, _ := strconv.Atoi(row[table.index("period")])
				return 2*max(y-period, period-y) - min(1, max(0, y-period))
			}
			for _, row := range d.Rows(file) {
				id := ""
				for i, c := range table.Columns {
					if c.Key && c.Name != "period" {
						id += row[i] + "|"
					}
				}
				if old := best[id]; old == nil || distance(row) < distance(old) {
					best[id] = row
				}
			}
			for _, row := range best {
				g := group{file, row[table.index("region")][:2], row[table.index("kind")]}
				n, _ := new(big.Rat).SetString(row[table.index("count")])
				if c := row[table.index("coverage")]; c != "" {
					share, _ := new(big.Rat).SetString(c)
					n.Quo(n, share)
				}
				if want[g] == nil {
					want[g] = new(big.Rat)
				}
				want[g].Add(want[g], n)
			}
		}
		var first map[group]int64
		for level := 1; level <= 4; level++ {
			m := mustMarket(t, d, level)
			got := map[group]int64{}
			for _, v := range m.Vacancies {
				got[group{VacanciesFile, matcher.Country(v.Region), string(v.Kind)}] += v.Count
			}
			for _, c := range m.Cohorts {
				got[group{WorkersFile, matcher.Country(c.Region), string(c.Kind)}] += c.Count
			}
			for g, n := range got {
				apart := new(big.Rat).Sub(new(big.Rat).SetInt64(n), want[g])
				// Half a unit by rounding, and half a millionth for each row divided by its coverage.
				if apart.Abs(apart).Cmp(new(big.Rat).Add(half, big.NewRat(25, 2_000_000))) > 0 {
					t.Fatalf("level %d, %v: %d, want %s", level, g, n, want[g].FloatString(6))
				}
			}
			if level == 1 {
				first = got
			} else if !reflect.DeepEqual(first, got) {
				t.Fatalf("level %d: totals %v, at level 1 %v", level, got, first)
			}
			if len(got) != len(want) {
				t.Fatalf("level %d has %d groups, want %d", level, len(got), len(want))
			}
		}
	})
}

func TestMarketsAreSortedByKeyWithoutRepeats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := mustRead(t, draw(t))
		m := mustMarket(t, d, rapid.IntRange(1, d.Level()).Draw(t, "level"))
		var keys []string
		for i := range m.Vacancies {
			keys = append(keys, m.Vacancies[i].Key())
		}
		if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Fatalf("vacancies: %v", keys)
		}
		keys = nil
		for i := range m.Cohorts {
			keys = append(keys, m.Cohorts[i].Key())
		}
		if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Fatalf("cohorts: %v", keys)
		}
	})
}

func TestDecimalsAreReadExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := someCounts.Draw(t, "number")
		n, ok := parseMicro(s)
		if !ok {
			t.Fatalf("%q is refused", s)
		}
		want, _ := new(big.Rat).SetString(s)
		if got := big.NewRat(n, micro); got.Cmp(want) != 0 {
			t.Fatalf("%q is %s", s, got)
		}
		text := formatMicro(n)
		if again, ok := parseMicro(text); !ok || again != n {
			t.Fatalf("%q becomes %q becomes %d", s, text, again)
		}
		if formatMicro(mustMicro(text)) != text {
			t.Fatalf("%q is not canonical", text)
		}
	})
}

func TestWholesKeepTheSumAndNeverMoveByAUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOf(rapid.OneOf(rapid.Int64Range(0, 3*micro), rapid.Int64Range(0, 1e15))).Draw(t, "counts")
		var total, sum int64
		for i, n := range wholes(counts) {
			total += counts[i]
			sum += n
			if n != counts[i]/micro && (n != counts[i]/micro+1 || counts[i]%micro == 0) {
				t.Fatalf("%d became %d", counts[i], n)
			}
		}
		if sum != nearest(total) {
			t.Fatalf("%v sums to %d, want %d", counts, sum, nearest(total))
		}
	})
}

func TestMeansAndQuotientsAgreeWithBigNumbers(t *testing.T) {
	round := func(r *big.Rat) int64 {
		r.Add(r, big.NewRat(1, 2))
		return new(big.Int).Quo(r.Num(), r.Denom()).Int64()
	}
	rapid.Check(t, func(t *rapid.T) {
		var m mean
		sum, weight := new(big.Int), new(big.Int)
		for range rapid.IntRange(1, 20).Draw(t, "parts") {
			v, w := rapid.Int64Range(0, 1.8e18).Draw(t, "value"), rapid.Int64Range(0, 5e16).Draw(t, "weight")
			m.add(v, w)
			sum.Add(sum, new(big.Int).Mul(big.NewInt(v), big.NewInt(w)))
			weight.Add(weight, big.NewInt(w))
		}
		got, ok := m.value()
		if ok != (weight.Sign() > 0) {
			t.Fatal("a mean without weight")
		}
		if ok {
			if want := round(new(big.Rat).SetFrac(sum, weight)); got != want {
				t.Fatalf("mean is %d, want %d", got, want)
			}
		}
		a, b := rapid.Int64Range(0, 1e15).Draw(t, "a"), rapid.Int64Range(1, micro).Draw(t, "b")
		if a/b < maxCount {
			if got, want := divide(a, b), round(new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a), big.NewInt(micro)), big.NewInt(b))); got != want {
				t.Fatalf("%d/%d is %d, want %d", a, b, got, want)
			}
		}
	})
}

func TestWritingADirectoryToAFolderAndReadingItBack(t *testing.T) {
	d, err := Read(os.DirFS("testdata/tiny"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() + "/out"
	if err := d.Write(dir); err != nil {
		t.Fatal(err)
	}
	again, err := Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if d.Hash() != again.Hash() || !reflect.DeepEqual(d.Settings(), again.Settings()) {
		t.Error("the folder read back is another")
	}
}
