//go:build !linux

package datasets

import "os"

// Unnamed opens a file in a directory, which has no name any more once it is open: whatever happens, nothing is left behind.
// "" is the directory for temporary files.
func Unnamed(dir string) (*os.File, error) { return namedForAMoment(dir) }
