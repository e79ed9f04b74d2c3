package store_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
)

// What the child process of the kill test is told by.
const (
	killURL   = "LABOURMATCH_TEST_KILL_URL"
	killSpool = "LABOURMATCH_TEST_KILL_SPOOL"
	killSeed  = "LABOURMATCH_TEST_KILL_SEED"
)

// sending takes in a made-up file: some megabytes that gzip packs by a third, two tables or three, and findings.
func sending(s *store.Store, random *rand.Rand) (*store.Raw, *store.Incoming, error) {
	raw, err := s.NewRaw()
	if err != nil {
		return nil, nil, err
	}
	piece := make([]byte, 3<<18)
	var noise [32]byte
	binary.LittleEndian.PutUint64(noise[:], random.Uint64())
	bytes := rand.NewChaCha8(noise)
	for range 2 + random.IntN(2) {
		if _, err := bytes.Read(piece[:1<<19]); err != nil {
			return nil, nil, err
		}
		if _, err := raw.Write(piece); err != nil {
			return nil, nil, err
		}
	}
	in := s.NewIncoming()
	first := random.IntN(1 << 30)
	for _, file := range []string{datasets.VacanciesFile, datasets.WorkersFile, datasets.WagesFile}[:2+random.IntN(2)] {
		for n := range 200 + random.IntN(600) {
			if err := in.Row(file, row(file, first+n)); err != nil {
				return nil, nil, err
			}
		}
	}
	for n := range 100 + random.IntN(200) {
		f := store.Finding{Severity: "note", Kind: "ignored", Line: int64(n), Figure: random.Int64N(1e12), Times: 1, What: "made up"}
		if err := in.Find(f); err != nil {
			return nil, nil, err
		}
	}
	return raw, in, nil
}

// importUntilKilled is the child process: it imports, replaces and withdraws until it is killed, and says what was
// acknowledged, a line each.
func importUntilKilled(url string) error {
	seed, err := strconv.ParseUint(os.Getenv(killSeed), 10, 64)
	if err != nil {
		return err
	}
	ctx := context.Background()
	s, err := store.Open(ctx, url, store.Options{SpoolDir: os.Getenv(killSpool)})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	last := ""
	for n := uint64(0); ; n++ {
		// Every fourth time the file before is sent once more.
		random := rand.New(rand.NewPCG(seed, n-n%4/3))
		raw, in, err := sending(s, random)
		if err != nil {
			return err
		}
		replaces := ""
		if n%4 == 1 || n%4 == 2 {
			replaces = last
		}
		made, _, err := s.AddImport(ctx, store.NewImport{
			Owner: "ministry", FileName: "made-up.csv", Raw: raw, Layout: "made-up", LayoutText: "id: made-up # " + strconv.FormatUint(n%3, 10), Account: "{}", Replaces: replaces,
		}, in)
		if err = errors.Join(err, in.Close(), raw.Close()); err != nil {
			return err
		}
		fmt.Println("import", made.ID, made.SHA256, made.Datasets[0].ID, made.Datasets[1].ID)
		if replaces != "" {
			fmt.Println("replaced", replaces, made.Datasets[0].ID)
		}
		if last = made.Datasets[0].ID; n%4 == 2 {
			if _, err := s.Withdraw(ctx, last, "it was made up", "ministry"); err != nil {
				return err
			}
			fmt.Println("withdrawn", last, "-")
		}
	}
}

// killing is the state of one database's kill test.
type killing struct {
	url     string
	past    *sql.DB
	acked   [][]string
	checked map[string]bool // datasets and imports whose content was held against their hashes

	findings int64 // that every import has at least
}

// killedAnywhere kills a process that imports, at random instants, and looks after each at what the database has.
func killedAnywhere(t *testing.T, db *storetest.Database) {
	kills, seed := 10, uint64(2026)
	if share, err := strconv.ParseFloat(os.Getenv("LABOURMATCH_LONG"), 64); err == nil && share > 0 {
		kills = max(kills, int(100*share))
	}
	if given, err := strconv.ParseUint(os.Getenv(killSeed), 10, 64); err == nil {
		seed = given
	}
	k := &killing{url: db.URL(t), checked: map[string]bool{}, findings: 100}
	k.past = raw(t, db, k.url)
	spool := t.TempDir()
	random := rand.New(rand.NewPCG(seed, 0))
	for n := range kills {
		lines, after := random.IntN(2), time.Duration(random.Int64N(int64(800*time.Millisecond)))
		told := fmt.Sprintf("kill %d of seed %d (%s=%d), %v after line %d", n+1, seed, killSeed, seed, after, lines)
		if err := k.killOne(spool, seed+uint64(n), lines, after); err != nil {
			t.Fatalf("%s: %v", told, err)
		}
		if err := k.check(t.Context()); err != nil {
			t.Fatalf("%s: %v", told, err)
		}
		if left, err := listDir(spool); err != nil || len(left) > 0 {
			t.Fatalf("%s: temporary files are left: %v, %v", told, left, err)
		}
	}
	k.checked = map[string]bool{} // all of it once more: what was there is as it was
	if err := k.check(t.Context()); err != nil {
		t.Errorf("after %d kills of seed %d: %v", kills, seed, err)
	}
	t.Logf("%d kills, %d things acknowledged", kills, len(k.acked))
}

// killOne starts the child, kills it so long after it was ready and had so many things acknowledged, and keeps what those
// were, and those after them.
func (k *killing) killOne(spool string, seed uint64, lines int, after time.Duration) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), killURL+"="+k.url, killSpool+"="+spool, killSeed+"="+strconv.FormatUint(seed, 10))
	said := &strings.Builder{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	for in := bufio.NewReader(out); ; lines-- {
		line, err := in.ReadString('\n')
		if err != nil {
			break // what has no end of line was not said
		}
		if lines == 0 {
			defer time.AfterFunc(after, func() { _ = cmd.Process.Kill() }).Stop()
		}
		if line == "ready\n" {
			continue
		}
		k.acked = append(k.acked, strings.Fields(line))
	}
	_ = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		return fmt.Errorf("the process was not killed but ended by itself: %v\n%s", cmd.ProcessState, said)
	}
	return nil
}

// check says what is wrong with the database: a part of a version, something lost, something that belongs to nothing.
func (k *killing) check(ctx context.Context) error {
	s, err := store.Open(ctx, k.url, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	for d, err := range store.All(func(r store.PageRequest) (store.Page[store.Dataset], error) { return s.Datasets(ctx, "", r) }) {
		if err == nil {
			err = k.wholeDataset(ctx, s, d)
		}
		if err != nil {
			return err
		}
	}
	imports := map[string]store.Import{}
	for i, err := range store.All(func(r store.PageRequest) (store.Page[store.Import], error) { return s.Imports(ctx, r) }) {
		if err == nil {
			err = k.wholeImport(ctx, s, i)
		}
		if err != nil {
			return err
		}
		imports[i.ID] = i
	}
	for _, a := range k.acked {
		if err := there(ctx, s, imports, a); err != nil {
			return fmt.Errorf("%v was acknowledged, and: %w", a, err)
		}
	}
	return k.orphans()
}

func (k *killing) wholeDataset(ctx context.Context, s *store.Store, d store.Dataset) error {
	if k.checked[d.ID] {
		return nil
	}
	table, _ := datasets.TableFor(d.File)
	var hash datasets.Hasher
	n := int64(0)
	for cells, err := range s.DatasetRows(ctx, d.ID) {
		if err != nil {
			return err
		}
		hash.Add(table, cells)
		n++
	}
	sum, err := hash.Sum()
	if err != nil {
		return err
	}
	if n != d.Rows || sum != d.SHA256 {
		return fmt.Errorf("dataset %s has %d rows of content %s, and says %d of %s", d.ID, n, sum, d.Rows, d.SHA256)
	}
	k.checked[d.ID] = true
	return nil
}

func (k *killing) wholeImport(ctx context.Context, s *store.Store, i store.Import) error {
	if k.checked[i.ID] {
		return nil
	}
	sum := sha256.New()
	if err := s.WriteRaw(ctx, sum, i); err != nil {
		return err
	}
	found := int64(0)
	for _, err := range store.All(func(r store.PageRequest) (store.Page[store.Finding], error) {
		return s.Findings(ctx, i.ID, store.FindingQuery{}, r)
	}) {
		if err != nil {
			return err
		}
		found++
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != i.SHA256 || found != i.Findings || found < k.findings || len(i.Datasets) < 2 {
		return fmt.Errorf("import %s is of bytes %s with %d findings and %d datasets, and says %+v", i.ID, got, found, len(i.Datasets), i)
	}
	k.checked[i.ID] = true
	return nil
}

// there looks for what was acknowledged.
func there(ctx context.Context, s *store.Store, imports map[string]store.Import, a []string) error {
	if a[0] == "import" {
		i, ok := imports[a[1]]
		if !ok || i.SHA256 != a[2] || i.Datasets[0].ID != a[3] || i.Datasets[1].ID != a[4] {
			return fmt.Errorf("there is %+v", i)
		}
		return nil
	}
	events, err := s.Events(ctx, a[1], store.PageRequest{Limit: store.MaxLimit})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(events.Items, func(e store.Event) bool {
		return e.Dataset == a[1] && string(e.Kind) == a[0] && (a[2] == "-" || e.Other == a[2])
	}) {
		return fmt.Errorf("there are the events %+v", events.Items)
	}
	return nil
}

// orphans looks past the store for rows that belong to nothing, and for parts.
func (k *killing) orphans() error {
	queries := map[string]string{
		"pieces of no bytes":        `SELECT count(*) FROM raw_pieces WHERE sha256 NOT IN (SELECT sha256 FROM raws)`,
		"bytes without a piece":     `SELECT count(*) FROM raws WHERE pieces <> (SELECT count(*) FROM raw_pieces WHERE raw_pieces.sha256 = raws.sha256)`,
		"bytes of no import":        `SELECT count(*) FROM raws WHERE sha256 NOT IN (SELECT raw_sha256 FROM imports)`,
		"layouts of no import":      `SELECT count(*) FROM layout_texts WHERE sha256 NOT IN (SELECT layout_sha256 FROM imports)`,
		"imports of no dataset":     `SELECT count(*) FROM imports WHERE id NOT IN (SELECT import_id FROM import_datasets)`,
		"findings of no import":     `SELECT count(*) FROM import_findings WHERE import_id NOT IN (SELECT id FROM imports)`,
		"datasets of no import":     `SELECT count(*) FROM datasets WHERE id NOT IN (SELECT dataset_id FROM import_datasets)`,
		"datasets without an event": `SELECT count(*) FROM datasets WHERE id NOT IN (SELECT dataset_id FROM dataset_events WHERE seq = 1 AND kind = 'stored')`,
		"events of no dataset":      `SELECT count(*) FROM dataset_events WHERE dataset_id NOT IN (SELECT id FROM datasets)`,
		"gaps between events":       `SELECT count(*) FROM (SELECT dataset_id FROM dataset_events GROUP BY dataset_id HAVING count(*) <> max(seq)) AS gaps`,
		"replaced by nothing":       `SELECT count(*) FROM dataset_events WHERE kind = 'replaced' AND (other_id IS NULL OR import_id IS NULL)`,
	}
	for _, table := range append(datasets.Tables(), datasets.ShortageTable()) {
		name := "dataset_" + strings.Split(table.File, ".")[0]
		queries["rows of "+table.File+" of no dataset"] = `SELECT count(*) FROM ` + name + ` WHERE dataset_id NOT IN (SELECT id FROM datasets)`
	}
	var errs []error
	for what, query := range queries {
		var n int
		if err := k.past.QueryRow(query).Scan(&n); err != nil {
			errs = append(errs, err)
		} else if n > 0 {
			errs = append(errs, fmt.Errorf("there are %d %s", n, what))
		}
	}
	return errors.Join(errs...)
}
