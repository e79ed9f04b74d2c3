package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
)

// sent is a file to import: its bytes, and the rows of two tables from the number on.
type sent struct {
	text   string
	number int
	store.NewImport
}

// imports imports a file.
func imports(t *testing.T, s *store.Store, f sent) (store.Import, bool, error) {
	t.Helper()
	raw, err := s.NewRaw()
	if err != nil {
		t.Fatal(err)
	}
	in := s.NewIncoming()
	defer func() {
		if err := errors.Join(raw.Close(), in.Close()); err != nil {
			t.Error(err)
		}
	}()
	_, err = raw.Write([]byte(f.text))
	for _, file := range []string{datasets.WorkersFile, datasets.VacanciesFile} {
		for _, cells := range rowsOf(file, f.number, f.number+5) {
			err = errors.Join(err, in.Row(file, cells))
		}
	}
	err = errors.Join(err, in.Find(store.Finding{Severity: "note", Kind: "ignored", Value: "a\x00b\xff", Figure: -1, Times: 3, What: "is left out"}))
	if err != nil {
		t.Fatal(err)
	}
	f.Raw = raw
	if f.Owner == "" {
		f.Owner = "ministry"
	}
	return s.AddImport(t.Context(), f.NewImport, in)
}

func importsRoundTrip(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{Clock: clock()})
	noise := make([]byte, 5<<19) // more than two pieces, and no gzip makes it less
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for i, text := range []string{string(noise), "", strings.Repeat("much of the same\n", 500_000)} {
		f := sent{text: text, number: i * 10, NewImport: store.NewImport{FileName: "a file.xlsx", Layout: "posts", LayoutText: "id: posts\n", Account: `{"of":"the interface"}`}}
		made, created, err := imports(t, s, f)
		if err != nil || !created {
			t.Fatalf("created %v, %v", created, err)
		}
		var back bytes.Buffer
		if err := s.WriteRaw(t.Context(), &back, made); err != nil || back.String() != text || made.Bytes != int64(len(text)) {
			t.Errorf("%d bytes came back as %d, %v", len(text), back.Len(), err)
		}
		if made.FileName != "a file.xlsx" || made.Layout != "posts" || made.LayoutText != "id: posts\n" || made.Account != `{"of":"the interface"}` ||
			made.Owner != "ministry" || made.Created.IsZero() || made.Findings != 1 || len(made.Datasets) != 2 || made.Datasets[0].File != datasets.VacanciesFile {
			t.Errorf("the import is %+v", made)
		}
		found, err := s.Findings(t.Context(), made.ID, store.FindingQuery{}, store.PageRequest{})
		want := store.Finding{Severity: "note", Kind: "ignored", Value: "a�b�", Figure: -1, Times: 3, What: "is left out"}
		if err != nil || !slices.Equal(found.Items, []store.Finding{want}) {
			t.Errorf("the findings are %+v, %v", found.Items, err)
		}
		again, created, err := imports(t, s, f)
		if err != nil || created || again.ID != made.ID {
			t.Errorf("the same again is %+v, created %v, %v", again, created, err)
		}
	}
	// By another layout the same bytes are another import, and are not kept twice.
	other, created, err := imports(t, s, sent{text: string(noise), number: 100, NewImport: store.NewImport{Layout: "other", LayoutText: "id: other\n"}})
	if err != nil || !created {
		t.Fatal(created, err)
	}
	past := raw(t, db, url)
	if n := rowCount(t, past, db); n["raws"] != 3 || n["raw_pieces"] != 5 || n["imports"] != 4 || n["layout_texts"] != 2 {
		t.Errorf("the database has %v", n)
	}
	if last, ok, err := s.LastVersion(t.Context(), "ministry", "other", datasets.WorkersFile); err != nil || !ok || last.ID != other.Datasets[1].ID {
		t.Errorf("the last version is %+v, %v, %v", last, ok, err)
	}
	if _, ok, err := s.LastVersion(t.Context(), "somebody else", "other", datasets.WorkersFile); err != nil || ok {
		t.Errorf("somebody else has a last version: %v, %v", ok, err)
	}
	// What is not what was sent is not passed off as that.
	if _, err := past.Exec(`UPDATE raw_pieces SET content = (SELECT content FROM raw_pieces WHERE sha256 = $1 AND seq = 2) WHERE sha256 = $1 AND seq = 3`, other.SHA256); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteRaw(t.Context(), &bytes.Buffer{}, other); err == nil {
		t.Error("bytes that were changed came back without an error")
	}
}

func importFailureLeavesNothing(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	s := storetest.Open(t, url, store.Options{})
	past := raw(t, db, url)
	notes := add(t, s, store.NewDataset{File: datasets.NotesFile, Owner: "ministry"}, nil)
	others := add(t, s, store.NewDataset{File: datasets.VacanciesFile, Owner: "another"}, nil)
	before := rowCount(t, past, db)
	for replaces, kind := range map[string]error{"none": store.ErrNotFound, "a\x00b": store.ErrNotFound, notes.ID: store.ErrInvalid, others.ID: store.ErrInvalid} {
		_, created, err := imports(t, s, sent{text: "x", NewImport: store.NewImport{LayoutText: "x", Replaces: replaces}})
		if !errors.Is(err, kind) || created {
			t.Errorf("replacing %q: %v", replaces, err)
		}
	}
	if after := rowCount(t, past, db); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("what failed left behind %v, before there was %v", after, before)
	}
}

// importersAtOnce lets many import, replace and withdraw the same few things at once, through two stores as two programs
// would: each is done or refused with a sentence, nobody waits for ever, and nothing is left in parts.
func importersAtOnce(t *testing.T, db *storetest.Database) {
	url := db.URL(t)
	stores := []*store.Store{storetest.Open(t, url, store.Options{}), storetest.Open(t, url, store.Options{})}
	start, _, err := imports(t, stores[0], sent{text: "start", number: 0})
	if err != nil {
		t.Fatal(err)
	}
	ids := start.Datasets
	second, _, err := imports(t, stores[0], sent{text: "second", number: 1})
	if err != nil {
		t.Fatal(err)
	}
	ids = append(ids, second.Datasets...)
	parallel(t, 8, func(i int) error {
		random := rand.New(rand.NewPCG(2026, uint64(i)))
		for range 12 {
			var err error
			s := stores[random.IntN(2)]
			if random.IntN(4) == 0 {
				_, err = s.Withdraw(t.Context(), ids[random.IntN(len(ids))].ID, "for the test", "ministry")
			} else {
				f := sent{text: fmt.Sprint(random.IntN(3)), number: random.IntN(3), NewImport: store.NewImport{LayoutText: fmt.Sprint(random.IntN(2))}}
				if random.IntN(2) == 0 {
					f.Replaces = ids[random.IntN(len(ids))].ID
				}
				_, _, err = imports(t, s, f)
			}
			if err != nil && !errors.Is(err, store.ErrState) {
				return err
			}
		}
		return nil
	})
	k := &killing{url: url, past: raw(t, db, url), checked: map[string]bool{}, findings: 1}
	if err := k.check(t.Context()); err != nil {
		t.Error(err)
	}
	var sameBytes, sameContent int
	if err := k.past.QueryRow(`SELECT (SELECT count(*) FROM raws), (SELECT count(*) FROM datasets)`).Scan(&sameBytes, &sameContent); err != nil || sameBytes > 5 || sameContent > 6 {
		t.Errorf("what is the same is kept as %d files and %d datasets, %v", sameBytes, sameContent, err)
	}
}

func oldDatasetsAreCurrent(t *testing.T, db *storetest.Database) {
	url := db.EmptyURL(t)
	schema := openSchema(t, url)
	if _, err := schema.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	for {
		step, err := schema.Down(t.Context())
		if err != nil || step == nil {
			t.Fatal(step, err)
		}
		if step.Version == 8 {
			break
		}
	}
	if _, err := raw(t, db, url).Exec(`INSERT INTO datasets VALUES ('old', 'fits.csv', 'x', 'x', 'ministry', 'private', 0, 0, 7)`); err != nil {
		t.Fatal(err)
	}
	if _, err := schema.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, url, store.Options{})
	page, err := s.Datasets(t.Context(), store.DatasetCurrent, store.PageRequest{})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != "old" {
		t.Errorf("what was there before events is %+v, %v", page.Items, err)
	}
	events, err := s.Events(t.Context(), "old", store.PageRequest{})
	if err != nil || len(events.Items) != 1 || events.Items[0].Kind != store.EventStored || events.Items[0].Actor != "ministry" || events.Items[0].At.UnixMicro() != 7 {
		t.Errorf("its events are %+v, %v", events.Items, err)
	}
}
