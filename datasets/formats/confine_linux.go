package formats

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
)

// confine limits this process for good: to so many bytes of memory beyond what it has mapped already, most of which the
// runtime has only reserved, and to so many seconds of the processor. It also forbids to write files, and a dump of
// memory at the end.
func confine(memory int64, seconds uint64) error {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var pages int64
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return fmt.Errorf("read /proc/self/statm: %w", err)
	}
	space := uint64(pages*int64(os.Getpagesize()) + memory)
	for _, l := range []struct {
		what int
		most uint64
	}{
		{syscall.RLIMIT_AS, space},
		{syscall.RLIMIT_CPU, seconds},
		{syscall.RLIMIT_FSIZE, 0},
		{syscall.RLIMIT_CORE, 0},
	} {
		var old syscall.Rlimit
		if err := syscall.Getrlimit(l.what, &old); err != nil {
			return err
		}
		most := min(l.most, old.Max) // raising it is not for everybody
		if err := syscall.Setrlimit(l.what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	debug.SetMemoryLimit(memory * 3 / 4)
	return nil
}
