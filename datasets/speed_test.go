package datasets_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"testing"

	"labourmatch/datasets"
	"labourmatch/datasets/synthetic"
)

// million is the file that speeds are measured on.
const million = 1_000_000

func made(t testing.TB, file string, rows int64) []byte {
	t.Helper()
	from, err := synthetic.Table(file, rows)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// BenchmarkReadTable measures what checking a file of a million rows takes beside encoding/csv reading it and no more.
func BenchmarkReadTable(b *testing.B) {
	for _, file := range []string{datasets.WorkersFile, datasets.VacanciesFile} {
		text := made(b, file, million)
		table, _ := datasets.TableFor(file)
		b.Run(file+"/csv", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if n := bare(b, text); n != million+1 {
					b.Fatalf("%d rows", n)
				}
			}
		})
		b.Run(file+"/checked", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				s, err := datasets.ReadTable(bytes.NewReader(text), table, file, nil)
				if err != nil || s.Rows != million {
					b.Fatal(s, err)
				}
			}
		})
	}
}

// bare reads a file by encoding/csv alone and counts its rows.
func bare(t testing.TB, text []byte) (rows int) {
	in := csv.NewReader(bytes.NewReader(text))
	in.ReuseRecord = true
	for {
		_, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows++
	}
}
