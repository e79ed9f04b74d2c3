package datasets

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// TestMain sets how many random cases the properties draw: 15 each by default, 1,000 with LABOURMATCH_LONG=1, and its
// share of them for a value between. The seed is fixed, so that a run can be repeated; -rapid.seed sets another.
func TestMain(m *testing.M) {
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	checks, seed := 15, "20071"
	if share, err := strconv.ParseFloat(os.Getenv("LABOURMATCH_LONG"), 64); err == nil && share > 0 {
		checks = max(checks, int(1000*share))
	}
	for name, value := range map[string]string{"rapid.checks": strconv.Itoa(checks), "rapid.seed": seed} {
		if given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fmt.Printf("properties: %d cases each, seed %s\n", checks, seed)
	os.Exit(m.Run())
}
