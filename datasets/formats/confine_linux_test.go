package formats_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"labourmatch/datasets/formats"
)

// TestAConfinedProcessIsStoppedByTheSystem starts itself again to take what it may not.
func TestAConfinedProcessIsStoppedByTheSystem(t *testing.T) {
	if task := os.Getenv("LABOURMATCH_CONFINED"); task != "" {
		if err := formats.Confine(256<<20, 1); err != nil {
			t.Fatal(err)
		}
		switch task {
		case "memory":
			for all := [][]byte{}; len(all) < 1000; {
				all = append(all, []byte(strings.Repeat("x", 8<<20)))
			}
		case "time":
			for i := uint64(1); i != 0; i += 2 {
			}
		case "file":
			if err := os.WriteFile(t.TempDir()+"/a", make([]byte, 10), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	for task, ends := range map[string]bool{"nothing": false, "memory": true, "time": true, "file": true} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestAConfinedProcessIsStoppedByTheSystem$")
		cmd.Env = append(os.Environ(), "LABOURMATCH_CONFINED="+task)
		if out, err := cmd.CombinedOutput(); (err != nil) != ends {
			t.Errorf("%s: it ended with %v: %.500s", task, err, out)
		}
	}
}
