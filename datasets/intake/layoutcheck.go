package intake

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/datasets"
)

// check reports everything wrong with a layout in itself.
func (l *Layout) check(report func(place, what, hint string)) {
	need := func(place, value string) {
		if value == "" {
			report(place, "is missing", "State it: every row carries it")
		}
	}
	need("id", l.ID)
	for _, x := range []struct{ column, value string }{{"source", l.Source}, {"date", l.Date}, {"licence", l.Licence}} {
		if len(l.Tables) == 0 || slices.ContainsFunc(l.Tables, func(t Target) bool { return t.lacks(x.column) }) {
			need(x.column, x.value)
		}
	}
	if l.Header.Row < 0 || l.Header.Skip < 0 {
		report("header", "is below zero", "Rows are numbered from 1")
	}
	if d := l.File.Delimiter; d != "" && d != "tab" && len(d) != 1 {
		report("file.delimiter", "is not one character", "Write one of , ; | or tab")
	}
	if !slices.Contains([]string{"", ".", ","}, l.Numbers.Decimal) {
		report("numbers.decimal", "is neither a point nor a comma", "")
	}
	if t := l.Numbers.Thousands; !slices.Contains([]string{"", ",", ".", "'", " "}, t) || t != "" && t == l.decimal() {
		report("numbers.thousands", "cannot stand between thousands", `Write one of "," "." "'" " ", and not the one before decimals`)
	}
	l.checkWide(report)
	for _, c := range slices.Concat(l.Only, l.Ignore, l.Totals) {
		if c.Column == "" {
			report("only, ignore, totals", "has a condition without a column", "Write column: and is: or starts:")
		}
	}
	if l.Latest != nil && l.Latest.Column == "" {
		report("latest.column", "is missing", "Name the column that has the period")
	}
	if e := l.File.Escape; len(e) > 1 {
		report("file.escape", "is not one character", `Write one such as \`)
	}
	if len(l.Tables) == 0 {
		report("tables", "is missing", "Say which table the source fills, such as vacancies.csv")
	}
	for i := range l.Tables {
		l.Tables[i].check(fmt.Sprintf("tables[%d]", i+1), report)
	}
}

func (l *Layout) checkWide(report func(place, what, hint string)) {
	w := l.Wide
	if w == nil {
		return
	}
	w.columns = nil
	if w.As == "" {
		report("wide.as", "is missing", "Name what the columns stand for, such as region")
	}
	if w.Columns.Kind != yaml.MappingNode || len(w.Columns.Content) == 0 {
		report("wide.columns", "is not a list of columns", "Write one a line, as in `oslo: NO-03`")
		return
	}
	for i := 0; i+1 < len(w.Columns.Content); i += 2 {
		w.columns = append(w.columns, pair{squeeze(w.Columns.Content[i].Value), w.Columns.Content[i+1].Value})
	}
}

// lacks is whether the table needs a column that its rows do not state.
func (t *Target) lacks(column string) bool {
	if _, own := t.Columns[column]; own {
		return false
	}
	table, _ := datasets.TableFor(t.File)
	return slices.ContainsFunc(table.Columns, func(c datasets.Column) bool { return c.Name == column && c.Required })
}

func (t *Target) check(place string, report func(place, what, hint string)) {
	table, ok := datasets.TableFor(t.File)
	if !ok {
		report(place+".file", "is not a table that sources fill", "Write vacancies.csv, workers.csv, wages.csv or another table of a market directory")
		return
	}
	have := map[string]bool{"source": true, "date": true, "licence": true}
	for name := range t.Columns {
		have[name] = true
	}
	names := table.Names()
	for _, name := range sortedKeys(t.Columns) {
		v := t.Columns[name]
		at := place + ".columns." + name
		if !slices.Contains(names, name) {
			report(at, "is not a column of "+t.File, "The columns are "+strings.Join(names, ", "))
		}
		for v := &v; v != nil; v = v.Else {
			v.check(name, at, report)
			at += ".else"
		}
	}
	t.checkConversion(place+".convert", report)
	for _, c := range table.Columns {
		if c.Required && !have[c.Name] {
			report(place+".columns."+c.Name, "is missing", "Say where it comes from: "+c.Meaning)
		}
	}
}

func (v *Value) check(column, at string, report func(place, what, hint string)) {
	if (v.Times != 0 || v.Minus != "") && !v.figure(column) {
		report(at, "is no figure, which times and minus are for", "")
	}
	if v.Times < 0 {
		report(at+".times", "is below zero", "")
	}
	for _, from := range v.classes() {
		if !slices.Contains(froms(), from) {
			report(at+".from", fmt.Sprintf("%q is not a classification that has a table here", from), "Use one of "+strings.Join(froms(), ", ")+", or state map: with the source's codes and ours")
		}
	}
	if len(v.Eras) > 0 && column != "occupation" {
		report(at+".from", "names times, which only occupations have", "Write one classification")
	}
	for i := 1; i < len(v.Eras); i++ {
		if a, b := v.Eras[i-1], v.Eras[i]; a.Until == "" || b.Since == "" || b.Since <= a.Until {
			report(at+".from", fmt.Sprintf("%s and %s are not one after the other", a, b), "Write the earlier one first, each year in one of them, as in {until 2020: soc2010, since 2021: soc2018}")
		}
	}
}
