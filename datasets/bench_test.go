package datasets

import (
	"fmt"
	"strings"
	"testing"

	"labourmatch/datasets/codes"
)

// manyRows is a market of all unit groups in n regions of several countries.
func manyRows(n int) map[string]string {
	var v, w strings.Builder
	v.WriteString(vacancyHead + "\n")
	w.WriteString(workerHead + "\n")
	regions := []string{}
	for _, c := range codes.Countries() {
		regions = append(regions, c.Code)
		for _, s := range codes.Subdivisions(c.Code) {
			regions = append(regions, s.Code)
		}
	}
	for i, r := range regions[:n] {
		for j, o := range codes.Occupations(4) {
			fmt.Fprintf(&v, "%s,%s,,2024,%d.25,stock,%d,permanent,,0.8,Published vacancies of %s,2024,CC BY 4.0,\n", r, o.Code, 1000+i+j, 20000+j, r[:2])
			fmt.Fprintf(&w, "%s,%s,2024,%d,stock,unemployed,,,Published unemployed of %s,2024,CC BY 4.0\n", r, o.Code, i+j, r[:2])
		}
	}
	return map[string]string{VacanciesFile: v.String(), WorkersFile: w.String()}
}

func BenchmarkRead(b *testing.B) {
	files := folderOf(manyRows(500))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(files); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(2*500*436, "rows/op")
}

func BenchmarkMarket(b *testing.B) {
	d, err := Read(folderOf(manyRows(500)))
	if err != nil {
		b.Fatal(err)
	}
	for _, level := range []int{2, 4} {
		b.Run(fmt.Sprintf("level_%d", level), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Market(level); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
