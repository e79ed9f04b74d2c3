package formats_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"labourmatch/datasets/formats"
	"labourmatch/matcher/flow/flowtest"
)

// TestMain is also the process that reads workbooks, when it is started again as such.
func TestMain(m *testing.M) {
	if os.Getenv("LABOURMATCH_READ_WORKBOOK") == "1" {
		if err := formats.ReadWorkbook(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flowtest.Properties(50, 3000)
	os.Exit(m.Run())
}

// background is the context of reading in helpers that know no test.
var background = context.Background()

// child starts this program again as the process that reads workbooks.
func child(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "LABOURMATCH_READ_WORKBOOK=1")
	return cmd
}
