// Package codes holds the code lists that labourmatch speaks: occupations
// (ISCO-08), regions (ISO 3166), blocs and what each grants to workers, channels with
// a quota, safeguards of origins, the fits between occupations and the skill shares
// computed from ESCO, the occupations that need a licence, and the crosswalks that bring
// other classifications of occupations to ISCO-08.
//
// The lists are facts of the publishers, kept in our own tables under tables/
// and embedded in the program, so that a reader of a file can be told at once
// that a code is unknown, with no network and no database. Each table is parsed
// once, when it is first asked for, and never changes afterwards: every function
// may be called from any goroutine, and every slice or map returned is the
// caller's own. Sources says where each table comes from; the command in gen
// regenerates those that are computed.
//
// Codes are text. "0110" is not "110", and no function here turns one into a
// number.
package codes

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"sync"
)

//go:embed tables/*.csv
var tables embed.FS

// rows parses an embedded table and returns its rows without the header, after
// checking that the header is the one expected. A table that does not parse is a
// fault of the program, not of its user, and a test reads every table: so it
// panics.
func rows(name, header string) [][]string {
	f, err := tables.Open("tables/" + name)
	if err != nil {
		panic("codes: " + err.Error())
	}
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		panic(fmt.Sprintf("codes: table %s: %v", name, err))
	}
	if got := strings.Join(head, ","); got != header {
		panic(fmt.Sprintf("codes: table %s: header is %q, want %q", name, got, header))
	}
	var out [][]string
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out
		}
		if err != nil {
			panic(fmt.Sprintf("codes: table %s: %v", name, err))
		}
		out = append(out, row)
	}
}

// triples walks the rows "a,b,integer" of a large table without quoted cells and
// calls f for each. It exists because fits and skill shares have tens of thousands
// of rows, which encoding/csv would take several times as long to read.
func triples(name, header string, f func(a, b string, n int)) {
	raw, err := tables.ReadFile("tables/" + name)
	if err != nil {
		panic("codes: " + err.Error())
	}
	text, ok := strings.CutPrefix(string(raw), header+"\n")
	if !ok {
		panic(fmt.Sprintf("codes: table %s: header is not %q", name, header))
	}
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		a, rest, ok1 := strings.Cut(line, ",")
		b, digits, ok2 := strings.Cut(rest, ",")
		n := 0
		for i := range len(digits) {
			if digits[i] < '0' || digits[i] > '9' {
				ok2 = false
				break
			}
			n = n*10 + int(digits[i]-'0')
		}
		if !ok1 || !ok2 || digits == "" {
			panic(fmt.Sprintf("codes: table %s: row %q is not code,code,integer", name, line))
		}
		f(a, b, n)
	}
}

// Source says where a table comes from, in the publisher's terms.
type Source struct {
	// Table is the file under tables/ without its ending, such as "occupations".
	Table string
	// Title, Publisher and Version name the publication.
	Title, Publisher, Version string
	// Date is the publication's date, as YYYY, YYYY-MM or YYYY-MM-DD.
	Date string
	// Licence is the publisher's, as an SPDX name where there is one.
	Licence string
	URL     string
	// Note says what was taken, computed or left out.
	Note string
}

var sources = sync.OnceValue(func() []Source {
	var out []Source
	for _, r := range rows("sources.csv", "table,title,publisher,version,date,licence,url,note") {
		out = append(out, Source{r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]})
	}
	return out
})

// Sources lists the origin of every table, by table name; a table made from two
// publications has two rows.
func Sources() []Source {
	return append([]Source(nil), sources()...)
}
