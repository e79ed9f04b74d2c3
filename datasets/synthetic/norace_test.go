//go:build !race

package synthetic_test

const oneIn = 1 // see race_test.go
