package datasets_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

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

// BenchmarkReadTable measures what checking a file of a million rows takes beside encoding/csv reading it and no more:
// one after the other in each round, and of the rounds the median of the ratios of their speeds.
func BenchmarkReadTable(b *testing.B) {
	for _, file := range []string{datasets.WorkersFile, datasets.VacanciesFile} {
		b.Run(file, func(b *testing.B) {
			text := made(b, file, million)
			table, _ := datasets.TableFor(file)
			ratios, alone := []float64{}, []float64{}
			for b.Loop() {
				start := time.Now()
				if n := bare(b, text); n != million+1 {
					b.Fatalf("%d rows", n)
				}
				middle := time.Now()
				s, err := datasets.ReadTable(bytes.NewReader(text), table, file, nil)
				if err != nil || s.Rows != million {
					b.Fatal(s, err)
				}
				alone = append(alone, middle.Sub(start).Seconds())
				ratios = append(ratios, alone[len(alone)-1]/time.Since(middle).Seconds())
			}
			b.ReportMetric(median(alone), "s-csv")
			b.ReportMetric(median(ratios), "of-csv")
		})
	}
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
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
