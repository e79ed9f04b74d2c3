package flowtest

import (
	"flag"
	"fmt"
	"os"
	"strconv"
)

// Properties sets how many random cases each rapid property of a package draws: the share of full that
// [Count] would run, and never fewer than the number given. The seed is fixed and printed, so that a run can
// be repeated. What the command line sets (-rapid.checks, -rapid.seed) wins. It is for TestMain.
func Properties(fewest, full int) {
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	const seed = "20071"
	if share, err := watched(); err == nil && share > quick {
		fewest = max(fewest, int(share*float64(full)))
	}
	for name, value := range map[string]string{"rapid.checks": strconv.Itoa(fewest), "rapid.seed": seed} {
		if given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	fmt.Fprintf(os.Stdout, "properties: %d cases each, seed %s\n", fewest, seed)
}
