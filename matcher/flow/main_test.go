package flow_test

import (
	"testing"

	"go.uber.org/goleak"

	"labourmatch/matcher/flow/flowtest"
)

// However a solve ends, no goroutine of its may stay: goleak looks when all tests are through.
func TestMain(m *testing.M) {
	flowtest.Properties(100, 5_000)
	goleak.VerifyTestMain(m)
}
