package datasets

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
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
	bad      []bool             // cells at fault
	keys     map[[16]byte]int32 // key → line
	have     []bool             // columns the file has
	hasher   Hasher
	points   thousandPoints
	accepted int64
	last     int // line of the last row
}

func newRowReader(t Table, name string, problems *Problems) *rowReader {
	r := &rowReader{
		table: t, name: name, problems: problems, rules: rulesFor(t.File), width: len(t.Columns), headerOK: true,
		cells: make([]string, len(t.Columns)), bad: make([]bool, len(t.Columns)),
		keys: map[[16]byte]int32{}, have: make([]bool, len(t.Columns)), last: 1,
	}
	for i := range r.have {
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
func (r *rowReader) file(line int, record []string) (cells []string, ok bool) {
	r.last = line
	if len(record) != r.width {
		if r.headerOK { // else the header has been told, and nothing that follows could be trusted
			hint := "Check for a missing comma; an empty cell still needs its comma"
			if len(record) > r.width {
				hint = "Check for a comma inside a text, which then needs quotation marks, or inside a number"
			}
			r.report(line, "", "", fmt.Sprintf("has %s where the header has %d", plural(len(record), "cell", "cells"), r.width), hint)
		}
		return nil, false
	}
	clear(r.cells)
	fine := true
	clear(r.bad)
	for i, c := range record {
		at := r.columns[i]
		if at < 0 {
			continue
		}
		c = strings.TrimSpace(c)
		if f := validText(c); f != nil {
			r.report(line, r.table.Columns[at].Name, c, f.what, f.hint)
			r.bad[at], fine = true, false
			continue
		}
		if r.table.Columns[at].Text {
			c = Unguard(c)
		}
		if r.table.Columns[at].Name == "count" {
			r.points.see(line, c)
		}
		r.cells[at] = c
	}
	return r.check(line, fine)
}

// thousandPoints watches a file's counts for points that stand between thousands, as in 1.400 for fourteen hundred. Such
// a file would be read without a complaint, and every figure in it would be a thousandth of what is meant.
type thousandPoints struct {
	first   int // line of the first one
	example string
	number  int
	other   bool // a count is written in a way that such files do not have
}

func (p *thousandPoints) see(line int, count string) {
	before, after, point := strings.Cut(count, ".")
	switch {
	case !isDigits(before):
	case point && isDigits(after) && len(after) == 3 && len(before) <= 3 && before[0] != '0':
		if p.number++; p.number == 1 {
			p.first, p.example = line, count
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
	r.last = line
	if len(cells) != len(r.cells) {
		r.report(line, "", "", fmt.Sprintf("has %s where the table has %d", plural(len(cells), "cell", "cells"), len(r.cells)), "")
		return nil, false
	}
	copy(r.cells, cells)
	clear(r.bad)
	return r.check(line, true)
}

// check brings r.cells into canonical form and applies the rules of the row as a whole.
func (r *rowReader) check(line int, fine bool) ([]string, bool) {
	named := true // all key cells are in order
	for i := range r.cells {
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
	if named && r.headerOK && !r.unique(line) {
		fine = false
	}
	if !fine || !r.headerOK {
		return nil, false
	}
	r.accepted++
	r.hasher.Add(r.table, r.cells)
	return r.cells, true
}

// unique tells whether no earlier row has the same key.
func (r *rowReader) unique(line int) bool {
	var b strings.Builder
	for i, c := range r.table.Columns {
		if c.Key {
			b.WriteString(r.cells[i])
			b.WriteByte(0) // no cell has one
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	k := [16]byte(sum[:16])
	first, twice := r.keys[k]
	if !twice {
		r.keys[k] = int32(line) //nolint:gosec // lines of a file of MaxRows rows
		return true
	}
	var same []string
	for i, c := range r.table.Columns {
		if c.Key && r.cells[i] != "" {
			same = append(same, c.Name+" "+r.cells[i])
		}
	}
	r.report(line, "", "", fmt.Sprintf("is for the same as row %d: %s", first, strings.Join(same, ", ")),
		"Keep one of the two rows; if both are right, add them up in one row")
	return false
}

// cell is the canonical text of a column of the row being checked, and whether it is in order.
func (r *rowReader) cell(name string) (string, bool) {
	i := r.table.index(name)
	return r.cells[i], !r.bad[i]
}

// rowRules checks what single cells cannot show; it reports and returns false where the row is at fault.
type rowRules func(r *rowReader, line int) bool

func rulesFor(file string) rowRules {
	switch file {
	case VacanciesFile, WorkersFile:
		return countRules
	case ChannelsFile:
		return channelRules
	case FitsFile:
		return fitRules
	case SafeguardsFile:
		return safeguardRules
	}
	return nil
}

func countRules(r *rowReader, line int) bool {
	o, okO := r.cell("occupation")
	s, okS := r.cell("skill")
	ok := true
	switch {
	case !okO || !okS:
	case o != "" && s != "":
		r.report(line, "skill", s, "stands beside occupation "+o, "A row has either an occupation or a skill: delete one of the two")
		ok = false
	case o == "" && s == "" && r.headerOK:
		r.report(line, "occupation", "", "is empty, and so is skill", "Give an ISCO-08 code or, where no occupation is known, a skill; a total over all occupations cannot be used")
		ok = false
	}
	n, okN := r.cell("count")
	c, okC := r.cell("coverage")
	if okN && okC && n != "" && c != "" && mustMicro(n)/mustMicro(c) > maxCount {
		r.report(line, "coverage", c, "makes the count of "+n+" stand for more than 1,000,000,000", "Check the coverage: it is the share of the true number that the source sees, from 0 to 1")
		ok = false
	}
	return ok
}

func channelRules(r *rowReader, line int) bool {
	ok := true
	q, okQ := r.cell("quota")
	of, okOf := r.cell("quota_of")
	if okQ && okOf && q != "" && of == "" {
		r.report(line, "quota_of", "", "is empty, but there is a quota", "Say over what the quota is one sum: total, origin, destination, occupation, corridor or each")
		ok = false
	}
	from, okF := r.cell("valid_from")
	to, okT := r.cell("valid_to")
	if okF && okT && from != "" && to != "" {
		// Dates may be of different length: 2022 ends after 2022-05 begins.
		if n := min(len(from), len(to)); to[:n] < from[:n] {
			r.report(line, "valid_to", to, "is before valid_from, "+from, "Exchange the two, or correct one")
			ok = false
		}
	}
	return ok
}

// safeguardRules asks for what a rule needs, and refuses what it has no use for: an amount that does nothing would be
// read as one that does.
func safeguardRules(r *rowReader, line int) bool {
	rule, ok := r.cell("rule")
	if !ok || rule == "" {
		return ok
	}
	fine := true
	fault := func(column, value, what, hint string) {
		r.report(line, column, value, what, hint)
		fine = false
	}
	needs := map[string]string{matcher.RuleList: "list", matcher.RuleStay: "amount", matcher.RuleLeave: "amount", matcher.RuleGate: "protections"}[rule]
	hints := map[string]string{
		"list":   "Name the list: " + codes.WHO2023,
		"amount": "Write the share of the stock that stays, such as 0.9, or the most persons who leave", "protections": "List what a channel must have, such as no_worker_fee",
	}
	for _, column := range []string{"amount", "list", "protections"} {
		value, ok := r.cell(column)
		switch {
		case !ok:
		case column == needs && value == "":
			fault(column, "", "is empty, and the rule "+rule+" needs it", hints[column])
		case column != needs && value != "" && value != "0":
			fault(column, value, "has no meaning for the rule "+rule, "Leave it empty, or choose the rule that it belongs to")
		case column == "amount" && rule == matcher.RuleStay && mustMicro(value) > micro:
			fault(column, value, "is not between 0 and 1", "Write the share that stays, not a percentage")
		case column == "amount" && rule == matcher.RuleLeave && mustMicro(value)%micro != 0:
			fault(column, value, "is not a whole number", "Write persons, without decimals")
		}
	}
	return fine
}

func fitRules(r *rowReader, line int) bool {
	from, okF := r.cell("from")
	to, okT := r.cell("to")
	if okF && okT && from != "" && from == to {
		r.report(line, "to", to, "is the occupation the row starts from", "Delete the row: the same occupation needs no fit")
		return false
	}
	return true
}
