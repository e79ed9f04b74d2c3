//go:build race

package synthetic_test

// The race detector makes a solve ten to twenty times slower, and one sequence in ten shows it
// as much as all do; .ci/run runs the whole share without it.
const oneIn = 10
