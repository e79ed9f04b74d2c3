package datasets

import (
	"os"
	"testing"

	"labourmatch/matcher/flow/flowtest"
)

func TestMain(m *testing.M) {
	flowtest.Properties(15, 1000)
	os.Exit(m.Run())
}
