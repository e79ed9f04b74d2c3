package datasets

import (
	"os"
	"syscall"
)

// temporaryFile is Linux's O_TMPFILE without O_DIRECTORY, which syscall has no name for.
const temporaryFile = 0o20000000

// Unnamed opens a file in a directory that never has a name: not even a kill between two calls leaves it behind. Where the
// file system has no such files, it has a name for a moment. "" is the directory for temporary files.
func Unnamed(dir string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	file, err := os.OpenFile(dir, os.O_RDWR|temporaryFile|syscall.O_DIRECTORY, 0o600) //nolint:gosec // the operator names the directory
	if err != nil {
		return namedForAMoment(dir)
	}
	return file, nil
}
