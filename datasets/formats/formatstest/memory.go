package formatstest

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"time"
)

// MemoryBound is by how much the memory of a process may go up while it reads any of the files.
const MemoryBound = 256 << 20

// Heap runs something and says by how many bytes what the runtime counts as in use went up meanwhile.
func Heap(run func()) (up int64) {
	runtime.GC()
	used := func() int64 { return sampled("/memory/classes/heap/objects:bytes") }
	before := used()
	done, peak := make(chan struct{}), make(chan int64)
	go func() {
		highest := before
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				highest = max(highest, used())
			case <-done:
				peak <- max(highest, used())
				return
			}
		}
	}()
	defer func() { up = <-peak - before }()
	defer close(done)
	run()
	return 0
}

// Resident runs something and says by how many bytes the memory that the system counts as this process's went up
// meanwhile: what the runtime got and did not give back counts, whether it is in use or not. What was the most before
// does not hide it where the system can forget that (Linux does).
func Resident(run func()) (up int64) {
	debug.FreeOSMemory()
	const peak = "5" // see proc(5)
	_ = os.WriteFile("/proc/self/clear_refs", []byte(peak), 0)
	before := resident()
	run()
	return resident() - before
}

// resident is the most memory of the system's this process has had.
func resident() int64 {
	if text, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(text)) {
			var kb int64
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
				return kb << 10
			}
		}
	}
	return sampled("/memory/classes/total:bytes")
}

func sampled(name string) int64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
