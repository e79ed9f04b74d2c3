package store

import (
	"context"
	"fmt"
)

// Finding is one thing that was found while a file was read: package intake says what the words mean.
type Finding struct {
	Severity string
	Kind     string
	File     string // the table it concerns; "" for the source as a whole
	Line     int64  // the row of the source; 0 where none is meant
	Column   string
	Value    string
	Figure   int64 // how much it is about, in millionths
	Times    int64 // how often it was met
	What     string
	Hint     string
}

// FindingQuery narrows the findings of an import; what is "" narrows nothing.
type FindingQuery struct {
	Severity string
	Kind     string
}

// Findings lists what was found while an import was read, the gravest first.
func (r *Reader) Findings(ctx context.Context, id string, query FindingQuery, request PageRequest) (Page[Finding], error) {
	if _, err := r.Import(ctx, id); err != nil {
		return Page[Finding]{}, err
	}
	name := listing("findings", []any{id, query})
	limit, err := request.limit()
	if err != nil {
		return Page[Finding]{}, err
	}
	after, err := request.after(name, 1, 0)
	if err != nil {
		return Page[Finding]{}, err
	}
	q := newQuery(`SELECT seq, severity, kind, file, line, cell, value, figure, times, what, hint FROM import_findings WHERE (1 = 1)`)
	q.and(`import_id = ?`, id)
	if query.Severity != "" {
		q.and(`severity = ?`, query.Severity)
	}
	if query.Kind != "" {
		q.and(`kind = ?`, query.Kind)
	}
	if after != nil {
		q.and(`seq > ?`, after.Numbers[0])
	}
	var rows []findingRow
	if err := q.all(ctx, r.q, &rows, `seq`, limit); err != nil {
		return Page[Finding]{}, fmt.Errorf("read the findings of import %s: %w", id, err)
	}
	return paged(rows, limit, findingRow.finding, func(f findingRow) position {
		return position{Listing: name, Numbers: []int64{f.Seq}}
	}), nil
}

// findingRow is a row of import_findings.
type findingRow struct {
	Seq      int64  `db:"seq"`
	Severity string `db:"severity"`
	Kind     string `db:"kind"`
	File     string `db:"file"`
	Line     int64  `db:"line"`
	Cell     string `db:"cell"`
	Value    string `db:"value"`
	Figure   int64  `db:"figure"`
	Times    int64  `db:"times"`
	What     string `db:"what"`
	Hint     string `db:"hint"`
}

func (r findingRow) finding() Finding {
	return Finding{r.Severity, r.Kind, r.File, r.Line, r.Cell, r.Value, r.Figure, r.Times, r.What, r.Hint}
}
