//go:build !race

package flowtest

// raceDetector says whether the race detector is on.
const raceDetector = false
