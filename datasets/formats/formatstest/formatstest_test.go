package formatstest

import (
	"archive/zip"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestATextReadsAsWhatItSays(t *testing.T) {
	for _, text := range []Text{{}, {Head: "abc"}, {Unit: "xyz", Times: 5}, {Head: "head", Unit: "xy", Tail: "tail", Times: 700}, {Head: "h", Unit: "", Tail: "t", Times: 3}} {
		if err := iotest.TestReader(text.Reader(), []byte(text.String())); err != nil {
			t.Errorf("%+v: %v", text, err)
		}
	}
}

// Names are what a failure is repeated by.
func TestNoTwoFilesHaveOneName(t *testing.T) {
	var names []string
	for _, f := range Hostile() {
		names = append(names, f.Name)
	}
	for _, c := range Encodings() {
		names = append(names, c.Name)
	}
	if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != len(names) || len(names) < 1100 {
		t.Errorf("%d names, %d different", len(names), len(slices.Compact(names)))
	}
}

func TestPackedTextsAreWhatTheStandardLibraryUnpacks(t *testing.T) {
	text := Text{Head: "region,count\n", Unit: "DE,5\n", Times: 1 << 19, Tail: "end\n"}
	for name, packed := range map[string]string{"gzip": gzipped(text), "zip": zipped(pack("t.csv", text))} {
		got, err := unpack(name, packed)
		if err != nil || got != text.String() {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// unpack reads what is packed, checksums and all.
func unpack(how, packed string) (string, error) {
	var in io.ReadCloser
	if how == "gzip" {
		r, err := gzip.NewReader(strings.NewReader(packed))
		if err != nil {
			return "", err
		}
		in = r
	} else {
		r, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
		if err != nil {
			return "", err
		}
		if in, err = r.File[0].Open(); err != nil {
			return "", err
		}
	}
	all, err := io.ReadAll(in)
	return string(all), err
}
