//go:build !linux

package formats

import "runtime/debug"

// confine asks the collector to keep to the memory; where the system is not Linux there is no more than that, and the
// limits of the reader itself.
func confine(memory int64, _ uint64) error {
	debug.SetMemoryLimit(memory * 3 / 4)
	return nil
}
