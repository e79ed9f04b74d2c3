package datasets

// Checker checks the rows of a table one by one as [ReadTable] checks those of a file, for rows that come from
// elsewhere, such as a source that a layout turns into rows.
type Checker struct {
	rows     *rowReader
	problems *Problems
}

// NewChecker is a checker of rows of a table, whose problems are told under the file name given.
func NewChecker(t Table, name string) *Checker {
	problems := &Problems{}
	return &Checker{newRowReader(t, name, problems), problems}
}

// Tell has each problem told when it is found, instead of being kept for the error of Close. It is called before the
// first row.
func (c *Checker) Tell(each func(Problem)) { c.problems.tell = each }

// Row checks a row whose cells are in the table's column order. It returns them in canonical text, valid until the next
// call; ok is false where something is wrong with it, which Close tells under the line given.
func (c *Checker) Row(line int, cells []string) (canonical []string, ok bool) {
	for i, cell := range cells {
		if i < len(c.rows.table.Columns) && cell != "" {
			if f := validText(cell); f != nil {
				c.rows.report(line, c.rows.table.Columns[i].Name, cell, f.what, f.hint)
				return nil, false
			}
		}
	}
	return c.rows.stored(line, cells)
}

// Close sums up the rows accepted. The error is a [*Problems] if anything was wrong.
func (c *Checker) Close() (Summary, error) {
	return Summary{Rows: c.rows.accepted, Hash: c.rows.hasher.Sum()}, c.problems.asError()
}
