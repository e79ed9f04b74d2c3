//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// peakRSS is the most memory the program has had resident, in bytes; 0 where the system does not say.
func peakRSS() int64 {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) * 1024
}
