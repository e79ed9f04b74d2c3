package store_test

import (
	"strconv"
	"testing"

	"labourmatch/api/store"
	"labourmatch/api/store/storetest"
	"labourmatch/datasets"
)

// BenchmarkStore measures how long a table of 20,000 rows takes to store and to read again.
func BenchmarkStore(b *testing.B) {
	const rows = 20_000
	storetest.Each(b, func(b *testing.B, db *storetest.Database) {
		s := db.Open(b, store.Options{})
		var last store.Dataset
		n := 0
		b.Run("add", func(b *testing.B) {
			for b.Loop() {
				n++
				var err error
				last, _, err = s.AddDataset(b.Context(), store.NewDataset{File: datasets.WorkersFile, Owner: strconv.Itoa(n)}, adding(rowsOf(datasets.WorkersFile, 0, rows)))
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run("read", func(b *testing.B) {
			for b.Loop() {
				for _, err := range s.DatasetRows(b.Context(), last.ID) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	})
}
