package matcher_test

import (
	"os"
	"testing"

	"labourmatch/matcher/flow/flowtest"
)

func TestMain(m *testing.M) {
	flowtest.Properties(100, 10000)
	os.Exit(m.Run())
}
