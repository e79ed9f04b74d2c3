package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes the document, indented, with a newline at the end. The same report gives the same bytes.
func (r *Report) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	if err := out.Encode(r); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	return nil
}

// ReadJSON reads a document that [Report.WriteJSON] wrote. Placements and Entries stay empty: they are not in it.
// A document of another format, or with fields this program does not know, is refused.
func ReadJSON(data []byte) (*Report, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	var r Report
	if err := in.Decode(&r); err != nil {
		return nil, fmt.Errorf("read the report: %w", err)
	}
	if r.Format != Format {
		return nil, fmt.Errorf("read the report: its format is %q and this program reads %q", r.Format, Format)
	}
	return &r, nil
}
