//go:build !unix

package main

// peakRSS is 0: this system does not say how much memory the program has had resident.
func peakRSS() int64 { return 0 }
