package datasets

// Checker checks the rows of a table one by one as [ReadTable] checks those of a file, for rows that come from
// elsewhere, such as a source that a layout turns into rows. Like it, it needs memory that does not grow with the rows.
type Checker struct {
	rows *rowReader
}

// NewChecker is a checker of rows of a table, whose problems are told under the file name given. Who gives up before
// Close calls Discard.
func NewChecker(t Table, name string) *Checker {
	return &Checker{newRowReader(t, name, &Problems{}, usualLimits())}
}

// Tell has each problem told when it is found, instead of being kept for the error of Close. It is called before the
// first row.
func (c *Checker) Tell(each func(Problem)) { c.rows.problems.tell = each }

// Row checks a row whose cells are in the table's column order. It returns them in canonical text, valid until the next
// call; ok is false where something is wrong with it, which Close tells under the line given. That a row is for the same
// as an earlier one may show in Close alone.
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

// Close sums up the rows accepted. The error is a [*Problems] if anything was wrong with them, any other that of a file
// in which something waited that did not fit in memory.
func (c *Checker) Close() (Summary, error) {
	summary, err := c.rows.sum()
	return summary, closing(err, c.rows.close)
}

// Discard lets go of what the checker holds; after Close there is nothing left to let go of.
func (c *Checker) Discard() error { return c.rows.close() }
