package formats_test

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labourmatch/datasets/formats"
)

// Every file of the reference folder, where it is present, is read or refused by what it is; none breaks off.
func TestEveryFileOfTheReferenceFolderIsReadOrRefusedByItsName(t *testing.T) {
	folder := cmp.Or(os.Getenv("LABOURMATCH_REFERENCE"), "../../../shared/reference") // beside the module, unless stated
	_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			t.Error(err)
			return nil
		}
		defer file.Close()
		info, err := d.Info()
		if err != nil {
			t.Error(err)
			return nil
		}
		name := filepath.Base(path)
		doc, err := formats.Open(t.Context(), formats.File{Name: name, Content: file, Size: info.Size()}, formats.Options{Child: child, Limits: formats.Limits{Columns: 1024}})
		var fault *formats.Fault
		if errors.As(err, &fault) {
			t.Logf("%s", fault)
			return nil
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		t.Logf("%s: %s %v %s %q %v", name, doc.Format, doc.Packing, doc.Encoding, doc.Delimiter, doc.Notes)
		for _, s := range doc.Sheets {
			rows, widest := 0, 0
			var first, last string
			for r, err := range s.Rows(t.Context()) {
				if err != nil {
					kindly(t, err)
					t.Logf("   %v", err)
					break
				}
				rows++
				widest = max(widest, len(r.Cells))
				last = strings.Join(r.Cells, "¦")
				if rows == 1 {
					first = last
				}
			}
			t.Logf("   %q hidden=%v: %d rows, %d columns; %.100s ... %.100s", s.Name, s.Hidden, rows, widest, first, last)
		}
		return nil
	})
}
