package formats_test

import (
	"testing"

	"pgregory.net/rapid"
)

func TestX(t *testing.T) { rapid.Check(t, func(t *rapid.T) {}) }
