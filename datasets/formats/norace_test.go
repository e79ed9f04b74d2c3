//go:build !race

package formats_test

// raceDetector says whether the race detector is on.
const raceDetector = false
