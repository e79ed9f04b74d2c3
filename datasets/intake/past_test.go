package intake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cells draws figures of a few regions and occupations.
func drawCells(t *rapid.T, least int64) map[[2]string]int64 {
	out := map[[2]string]int64{}
	for _, r := range []string{"DE-BY", "DE-BE", "DE-HH"} {
		for _, o := range []string{"2221", "2512", "7115", "9412"} {
			if rapid.Bool().Draw(t, "there") {
				out[[2]string{r, o}] = rapid.Int64Range(least, 100_000).Draw(t, "n")
			}
		}
	}
	return out
}

// against reads figures and holds them against those before.
func against(t *rapid.T, before, after map[[2]string]int64) *Quality {
	l := mustLayout(t, oneColumn)
	source := "land,isco,n\n"
	for k, n := range after {
		source += fmt.Sprintf("%s,%s,%d\n", k[0], k[1], n)
	}
	q, err := l.Read(context.Background(), open(t, l, []byte(source)), Reading{Before: func(string) iter.Seq2[[]string, error] {
		return func(yield func([]string, error) bool) {
			for k, n := range before {
				if !yield([]string{k[0], k[1], "", "2024", fmt.Sprint(n), "stock", "", "", "", "", "x", "2023", "x", "", ""}, nil) {
					return
				}
			}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func of(q *Quality, kind Kind) (out []Finding) {
	for _, f := range q.Findings {
		if f.Kind == kind {
			out = append(out, f)
		}
	}
	return out
}

// What is told of the whole is what the two versions differ by: the sum, the cells that are gone and those that are new.
func TestWhatChangedSinceTheLastVersionAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawCells(t, 0), drawCells(t, 0)
		if len(before) == 0 || len(after) == 0 {
			return
		}
		var was, is, gone, fresh int64
		lost, found := 0, 0
		for k, n := range before {
			was += n
			if _, ok := after[k]; !ok {
				gone += n
				lost++
			}
		}
		for k, n := range after {
			is += n
			if _, ok := before[k]; !ok {
				fresh += n
				found++
			}
		}
		q := against(t, before, after)
		if f := of(q, Changed); len(f) != 1 || f[0].Figure != max(was-is, is-was)*micro || f[0].Times != len(after)-found && len(after)-found > 0 {
			t.Fatalf("%d became %d: %+v", was, is, f)
		}
		for kind, want := range map[Kind][2]int64{Gone: {int64(lost), gone}, New: {int64(found), fresh}} {
			f := of(q, kind)
			if want[0] == 0 && len(f) == 0 {
				continue
			}
			if len(f) != 1 || int64(f[0].Times) != want[0] || f[0].Figure != want[1]*micro {
				t.Fatalf("%s: want %v, %+v", kind, want, f)
			}
		}
	})
}

// A version that is the one before times a factor has no outlier, whatever the factor; one figure that moves against all
// others is the outlier.
func TestOnlyWhatMovesAgainstTheOthersIsAnOutlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := map[[2]string]int64{}
		for _, r := range []string{"DE-BY", "DE-BE", "DE-HH"} {
			for _, o := range []string{"2221", "2512", "7115", "9412"} {
				before[[2]string{r, o}] = rapid.Int64Range(1000, 100_000).Draw(t, "n")
			}
		}
		factor := rapid.Int64Range(1, 50).Draw(t, "factor")
		after := map[[2]string]int64{}
		for k, n := range before {
			after[k] = n * factor
		}
		if f := of(against(t, before, after), Outlier); len(f) > 0 {
			t.Fatalf("× %d: %+v", factor, f)
		}
		odd := [2]string{"DE-BE", "2512"}
		after[odd] *= 5
		f := of(against(t, before, after), Outlier)
		if len(f) != 1 || f[0].Value != "DE-BE 2512" || f[0].Figure != (after[odd]-before[odd])*micro {
			t.Fatalf("× %d: %+v", factor, f)
		}
	})
}

func TestSmallFiguresMayMoveMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := map[[2]string]int64{}, map[[2]string]int64{}
		for _, o := range []string{"2221", "2512", "7115"} {
			before[[2]string{"DE-BY", o}] = rapid.Int64Range(0, 10).Draw(t, "before")
			after[[2]string{"DE-BY", o}] = rapid.Int64Range(0, 20).Draw(t, "after")
		}
		if f := of(against(t, before, after), Outlier); len(f) > 0 {
			t.Fatalf("%v %v: %+v", before, after, f)
		}
	})
}

func TestAVersionBeforeThatCannotBeReadIsAnError(t *testing.T) {
	l := mustLayout(t, oneColumn)
	broken := errors.New("broken")
	_, err := l.Read(context.Background(), open(t, l, []byte("land,isco,n\nDE,2221,1\n")), Reading{Before: func(string) iter.Seq2[[]string, error] {
		return func(yield func([]string, error) bool) { yield(nil, broken) }
	}})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

// Totals that are made by adding up agree at every level, and one that is changed is told with what it was changed by.
func TestTotalsOfEveryLevelAreHeldAgainstTheirParts(t *testing.T) {
	l := mustLayout(t, strings.Replace(strings.Replace(oneColumn, "tables:", "totals:\n  - {column: land, is: [DE, all]}\n  - {column: isco, is: [\"2\", \"22\", all]}\ntables:", 1),
		"{column: isco}", "{column: isco, from: isco08}", 1))
	rapid.Check(t, func(t *rapid.T) {
		figures := map[[2]string]int64{}
		up := map[string][]string{"DE-BY": {"DE", "all"}, "DE-BE": {"DE", "all"}, "FR": {"all"}, "2221": {"22", "2", "all"}, "2222": {"22", "2", "all"}, "7115": {"all"}}
		for _, r := range []string{"DE-BY", "DE-BE", "FR"} {
			for _, o := range []string{"2221", "2222", "7115"} {
				n := rapid.Int64Range(0, 1000).Draw(t, "n")
				for _, region := range append([]string{r}, up[r]...) {
					for _, code := range append([]string{o}, up[o]...) {
						figures[[2]string{region, code}] += n
					}
				}
			}
		}
		var keys []string
		for k := range figures {
			keys = append(keys, k[0]+","+k[1])
		}
		slices.Sort(keys)
		read := func() *Quality {
			source := "land,isco,n\n"
			for _, k := range keys {
				r, o, _ := strings.Cut(k, ",")
				source += fmt.Sprintf("%s,%d\n", k, figures[[2]string{r, o}])
			}
			q, err := l.Read(context.Background(), open(t, l, []byte(source)), Reading{})
			if err != nil {
				t.Fatal(err)
			}
			return q
		}
		q, compared := read(), 0
		for _, f := range of(q, Totals) {
			compared += f.Times
		}
		if q.Count(Warning) > 0 || q.Refused() || compared != 27 { // 12 have parts in regions, 15 in occupations
			t.Fatalf("%d were compared: %+v", compared, q.Findings)
		}
		odd := rapid.SampledFrom(keys).Draw(t, "odd")
		r, o, _ := strings.Cut(odd, ",")
		by := rapid.Int64Range(1, 50).Draw(t, "by")
		figures[[2]string{r, o}] += by
		told := false
		for _, f := range of(read(), Totals) {
			told = told || f.Severity == Warning && f.Figure >= by*micro
		}
		if !told {
			t.Fatalf("%s is %d more and nothing is said", odd, by)
		}
	})
}
