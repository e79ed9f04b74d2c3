package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
)

// rowReader checks the rows of one table, whether they come from a file or from the database.
type rowReader struct {
	table    Table
	name     string // of the file, for problems
	problems *Problems
	rules    rowRules

	columns  []int // for each column of the file its place in the table, -1 if unknown
	width    int   // columns of the file
	headerOK bool
	cells    []string
	bad      []bool   // cells at fault
	open     []int    // columns whose cells are not in canonical text yet
	texts    []string // cells as they were before they were checked
	have     []bool   // columns the file has
	known    []known  // of each column
	seed     maphash.Seed
	keyed    []int       // the columns of the key
	seeds    []markSeeds // of each column of the key
	marks    []mark      // of the cells of the key
	keys     *keys
	hasher   *Hasher
	points   thousandPoints
	counts   int // the column count, -1 if there is none
	accepted int64
	failed   error // of the files in which keys and hashes wait
}

func newRowReader(t Table, name string, problems *Problems, lim limits) *rowReader {
	n := len(t.Columns)
	r := &rowReader{
		table: t, name: name, problems: problems, rules: rulesFor(t), width: n, headerOK: true,
		cells: make([]string, n), bad: make([]bool, n), texts: make([]string, n), have: make([]bool, n),
		known: make([]known, n), seeds: make([]markSeeds, n), marks: make([]mark, n), seed: maphash.MakeSeed(), keys: newKeys(lim.dir, lim.keys, lim.held), hasher: newHasher(lim.dir, lim.held),
		counts: slices.Index(t.Names(), "count"),
	}
	for i := range r.have {
		if t.Columns[i].Key {
			r.keyed, r.seeds[i] = append(r.keyed, i), newMarkSeeds()
		}
		r.have[i] = true
		r.columns = append(r.columns, i)
	}
	return r
}

func (r *rowReader) report(line int, column, value, what, hint string) {
	r.problems.add(Problem{File: r.name, Row: line, Column: column, Value: value, What: what, Hint: hint})
}

// header finds the table's columns in the first line of a file. It returns false where nothing below can be read by it,
// since the columns are not separated by commas.
func (r *rowReader) header(head []string) bool {
	before := r.problems.Count()
	r.width, r.columns = len(head), make([]int, len(head))
	clear(r.have)
	if len(head) == 1 {
		for _, separator := range [][2]string{{";", "semicolons"}, {"\t", "tabs"}, {"|", "vertical bars"}} {
			if strings.Contains(head[0], separator[0]) {
				r.report(1, "", "", "has "+separator[1]+" between its columns", "Save the file with commas between columns; numbers then need a point before decimals")
				return false
			}
		}
	}
	names := r.table.Names()
	for i, h := range head {
		h = strings.TrimSpace(h)
		r.columns[i] = -1
		at := slices.Index(names, h)
		switch {
		case at >= 0 && r.have[at]:
			r.report(1, h, "", "is there twice", "Delete one of the two")
		case at >= 0:
			r.have[at], r.columns[i] = true, at
		case h == "":
			r.report(1, "", "", fmt.Sprintf("has no name for its column %d", i+1), "Name the column, or delete it if it is empty")
		default:
			f := validText(h)
			if f == nil {
				f = &fault{what: "is not a column of " + r.table.File, hint: "The columns are " + strings.Join(names, ", ")}
				if near := nearName(h, names); near != "" {
					f.hint = "Did you mean " + near + "?"
				}
			}
			r.report(1, "", h, f.what, f.hint)
		}
	}
	for i, c := range r.table.Columns {
		if c.Required && !r.have[i] {
			r.report(1, c.Name, "", "is missing", "Add a column named "+c.Name+": "+c.Meaning)
		}
	}
	if o := slices.Index(names, "skill"); o > 0 && !r.have[o] && !r.have[o-1] {
		r.report(1, "", "", "has neither a column occupation nor a column skill", "Add a column named occupation with ISCO-08 codes, or one named skill")
	}
	r.headerOK = r.problems.Count() == before
	return true
}

// file checks a row as a file has it. It returns the cells in the table's order, which are valid until the next call.
func (r *rowReader) file(line int, record record) (cells []string, ok bool) {
	if n := len(record.cells); n != r.width {
		if r.headerOK { // else the header has been told, and nothing that follows could be trusted
			hint := "Check for a missing comma; an empty cell still needs its comma"
			if n > r.width {
				hint = "Check for a comma inside a text, which then needs quotation marks, or inside a number"
			}
			r.report(line, "", "", fmt.Sprintf("has %s where the header has %d", plural(n, "cell", "cells"), r.width), hint)
		}
		return nil, false
	}
	r.begin()
	fine := true
	for i, at := range r.columns {
		if at < 0 {
			continue
		}
		c := record.cell(i)
		if len(c) == 0 {
			r.empty(at)
			continue
		}
		if at == r.counts {
			r.points.see(line, c)
		}
		known := &r.known[at]
		if string(c) == known.last.text {
			r.cells[at], r.marks[at] = known.last.canonical, known.last.mark
			continue
		}
		if cell := known.find(r.seed, c); cell != nil {
			r.cells[at], r.marks[at] = cell.canonical, cell.mark
			continue
		}
		r.open, r.marks[at] = append(r.open, at), mark{}
		text := strings.TrimSpace(string(c))
		if f := validText(text); f != nil {
			r.report(line, r.table.Columns[at].Name, text, f.what, f.hint)
			r.cells[at], r.bad[at], fine = "", true, false
			continue
		}
		r.texts[at] = text
		if r.table.Columns[at].Text {
			text = Unguard(text)
		}
		r.cells[at] = text
	}
	slices.Sort(r.open) // a file may have its columns in any order
	return r.check(line, fine)
}

// begin forgets what is known of the row before. Its cells are written over one by one.
func (r *rowReader) begin() {
	clear(r.bad)
	r.open = r.open[:0]
}

// empty notes that a column has no cell in the row.
func (r *rowReader) empty(at int) {
	r.cells[at], r.marks[at] = "", mark{}
	if r.table.Columns[at].Required {
		r.open = append(r.open, at)
	}
}

// thousandPoints watches a file's counts for points that stand between thousands, as in 1.400 for fourteen hundred. Such
// a file would be read without a complaint, and every figure in it would be a thousandth of what is meant.
type thousandPoints struct {
	first   int // line of the first one
	example string
	number  int
	other   bool // a count is written in a way that such files do not have
}

func (p *thousandPoints) see(line int, count []byte) {
	if p.other {
		return // nothing that comes can change that
	}
	before, after, point := bytes.Cut(bytes.TrimSpace(count), []byte{'.'})
	switch {
	case !isDigits(before):
	case point && isDigits(after) && len(after) == 3 && len(before) <= 3 && before[0] != '0':
		if p.number++; p.number == 1 {
			p.first, p.example = line, string(bytes.TrimSpace(count))
		}
	case point || len(before) > 3:
		p.other = true
	}
}

// report tells of the file as a whole, once it is read.
func (p *thousandPoints) report(r *rowReader) {
	if p.number < 2 || p.other {
		return
	}
	r.report(p.first, "count", p.example, fmt.Sprintf("looks like thousands: all %d counts with a point have three digits after it, and none without a point is above 999", p.number),
		"A point stands before decimals: if thousands are meant, delete it; if the figures are in thousands, write them out; if they are decimals, add a zero to one of them ("+p.example+"0)")
}

// stored checks a row whose cells come from our own database, in the table's order and in canonical text.
func (r *rowReader) stored(line int, cells []string) ([]string, bool) {
	if len(cells) != len(r.cells) {
		r.report(line, "", "", fmt.Sprintf("has %s where the table has %d", plural(len(cells), "cell", "cells"), len(r.cells)), "")
		return nil, false
	}
	r.begin()
	for i, c := range cells {
		if c == "" {
			r.empty(i)
			continue
		}
		if cell := r.known[i].find(r.seed, []byte(c)); cell != nil {
			r.cells[i], r.marks[i] = cell.canonical, cell.mark
		} else {
			r.cells[i], r.texts[i] = c, c
			r.open = append(r.open, i)
		}
	}
	return r.check(line, true)
}

// check brings r.cells into canonical form and applies the rules of the row as a whole.
func (r *rowReader) check(line int, fine bool) ([]string, bool) {
	named := true // all key cells are in order
	for _, i := range r.open {
		c := &r.table.Columns[i]
		switch {
		case r.bad[i]:
		case r.cells[i] == "" && c.Required && r.have[i]:
			r.report(line, c.Name, "", "is empty", "Fill it in: "+c.Meaning)
			r.bad[i] = true
		case r.cells[i] != "":
			canonical, f := c.check(r.cells[i])
			if f != nil {
				r.problems.addFault(Problem{File: r.name, Row: line, Column: c.Name, Value: r.cells[i]}, f)
				r.bad[i] = true
			} else {
				if c.Key {
					r.marks[i] = r.seeds[i].of(canonical)
				}
				r.known[i].keep(r.seed, r.texts[i], canonical, r.marks[i])
			}
			r.cells[i] = canonical
		}
		if r.bad[i] {
			fine = false
			named = named && !c.Key
		}
	}
	if r.rules != nil && !r.rules(r, line) {
		fine = false
	}
	if named && r.headerOK && !r.unique(line, fine) {
		fine = false
	}
	if !fine || !r.headerOK {
		return nil, false
	}
	r.accepted++
	r.hasher.Add(r.table, r.cells)
	return r.cells, true
}

// unique tells whether no row that is known has the same key. Whether one has that is known no more shows in close.
func (r *rowReader) unique(line int, fine bool) bool {
	var key mark
	for _, i := range r.keyed {
		key.one, key.other = key.one^r.marks[i].one, key.other^r.marks[i].other
	}
	first, err := r.keys.add(key, line, fine)
	if err != nil {
		r.failed = errors.Join(r.failed, err)
	}
	if first == 0 {
		return true
	}
	var same []string
	for i, c := range r.table.Columns {
		if c.Key && r.cells[i] != "" {
			same = append(same, c.Name+" "+r.cells[i])
		}
	}
	r.twice(line, first, ": "+strings.Join(same, ", "))
	return false
}

func (r *rowReader) twice(line, first int, same string) {
	r.report(line, "", "", fmt.Sprintf("is for the same as row %d%s", first, same),
		"Keep one of the two rows; if both are right, add them up in one row")
}

// sum tells of the rows that turn out to be for the same as an earlier one only when all are known, and sums up those
// accepted. There is no hash if any of the former was handed on. The error is that of a file in which keys or hashes
// wait, a [*Problems] if anything is wrong with the rows.
func (r *rowReader) sum() (Summary, error) {
	var hash string
	var failed error
	var summing sync.WaitGroup
	summing.Go(func() { hash, failed = r.hasher.Sum() })
	late := false
	err := r.keys.late(func(line, first int, accepted bool) {
		r.twice(line, first, "")
		if accepted {
			r.accepted--
			late = true
		}
	})
	summing.Wait()
	if err := errors.Join(r.failed, err, failed); err != nil {
		return Summary{}, fmt.Errorf("checking %s: %w", r.name, err)
	}
	if late {
		hash = ""
	}
	return Summary{Rows: r.accepted, Hash: hash}, r.problems.asError()
}

// close lets go of the files in which keys and hashes wait.
func (r *rowReader) close() error { return errors.Join(r.keys.close(), r.hasher.Close()) }

// cell is the canonical text of a column of the row being checked, and whether it is in order.
func (r *rowReader) cell(name string) (string, bool) {
	i := r.table.index(name)
	return r.cells[i], !r.bad[i]
}
