package datasets

import (
	"errors"
	"fmt"
	"os"
)

// namedForAMoment opens a file in a directory and takes its name away.
func namedForAMoment(dir string) (*os.File, error) {
	file, err := os.CreateTemp(dir, "labourmatch-*")
	if err != nil {
		return nil, fmt.Errorf("open a file to keep something in: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
