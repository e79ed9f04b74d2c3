//go:build !linux

package store

import "os"

// unnamed opens a file in a directory, which has no name any more once it is open: whatever happens, nothing is left behind.
func unnamed(dir string) (*os.File, error) { return namedForAMoment(dir) }
