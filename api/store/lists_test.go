package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
)

// listed is a row of the lists of these tests.
type listed struct {
	N           int    `json:"n"`
	Text        string `json:"text"`
	Origin      string `json:"origin"`
	Destination string `json:"destination"`
	Code        string `json:"code"`
	Word        string `json:"word"`
}

// listsAgree holds filters and pages of lists against a plain program's.
func listsAgree(t *testing.T, db *storetest.Database) {
	s := db.Open(t, store.Options{Clock: clock()})
	ctx := t.Context()
	d := add(t, s, store.NewDataset{File: datasets.FitsFile}, nil)
	region := rapid.SampledFrom([]string{"", "DE", "DE-BY", "DE-BE", "DEX", "NO"})
	code := rapid.SampledFrom([]string{"", "2", "222", "2221", "9", "skill:2"})
	word := rapid.SampledFrom([]string{"", "quota", "a'b"})
	rapid.Check(t, func(rt *rapid.T) {
		run, err := s.CreateRun(ctx, store.NewRun{Datasets: []string{d.ID}})
		if err != nil {
			rt.Fatal(err)
		}
		names := []string{store.PricesList, store.LedgerList}
		all, lists := map[string][]listed{}, []store.List{}
		for _, name := range names {
			l := store.List{Name: name}
			for n := range rapid.IntRange(0, 12).Draw(rt, "rows") {
				x := listed{n, rapid.SampledFrom([]string{"", "ß 漢 \"q\" \\ \t", "<b>&"}).Draw(rt, "text"), region.Draw(rt, "origin"), region.Draw(rt, "destination"), code.Draw(rt, "code"), word.Draw(rt, "word")}
				row, err := store.NewListRow(x, x.Origin, x.Destination, x.Code, x.Word)
				if err != nil {
					rt.Fatal(err)
				}
				all[name], l.Rows = append(all[name], x), append(l.Rows, row)
			}
			lists = append(lists, l)
		}
		if _, err := store.ListOf[listed](ctx, &s.Reader, run.ID, store.ListQuery{List: names[0]}); !errors.Is(err, store.ErrState) {
			rt.Fatalf("a list of a run that waits: %v", err)
		}
		claimed, _, err := s.ClaimRun(ctx)
		if err != nil || claimed.ID != run.ID {
			rt.Fatalf("claimed %+v, %v", claimed, err)
		}
		if err := s.SaveOutcome(ctx, run.ID, claimed.Epoch, store.Outcome{Report: []byte(`{}`), Lists: lists}); err != nil {
			rt.Fatal(err)
		}
		under := func(x, of string) bool { return of == "" || x == of || strings.HasPrefix(x, of+"-") }
		for range 8 {
			q := store.ListQuery{
				List: rapid.SampledFrom(names).Draw(rt, "list"), Region: region.Draw(rt, "region"), Origin: region.Draw(rt, "from"),
				Destination: region.Draw(rt, "to"), Occupation: code.Draw(rt, "prefix"), Word: word.Draw(rt, "of"),
			}
			want, got := []listed{}, []listed{}
			for _, x := range all[q.List] {
				if (under(x.Origin, q.Region) || under(x.Destination, q.Region)) && under(x.Origin, q.Origin) && under(x.Destination, q.Destination) &&
					strings.HasPrefix(x.Code, q.Occupation) && (q.Word == "" || x.Word == q.Word) {
					want = append(want, x)
				}
			}
			limit := rapid.IntRange(1, 5).Draw(rt, "limit")
			for x, err := range store.All(func(p store.PageRequest) (store.Page[listed], error) {
				q.PageRequest = p
				q.Limit = limit
				return store.ListOf[listed](ctx, &s.Reader, run.ID, q)
			}) {
				if err != nil {
					rt.Fatal(err)
				}
				got = append(got, x)
			}
			if !reflect.DeepEqual(got, want) {
				rt.Fatalf("%+v gives\n%+v, want\n%+v", q, got, want)
			}
		}
		if _, err := store.ListOf[listed](ctx, &s.Reader, run.ID, store.ListQuery{List: store.ReachList}); !errors.Is(err, store.ErrState) || !strings.Contains(fmt.Sprint(err), "does not mean that there are none") {
			rt.Fatalf("a list that was not made: %v", err)
		}
	})
}
