package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"labourmatch/datasets"
)

// Parts of the notes of an export.
const (
	partTable   = "this table"
	partColumns = "columns"
	partPolicy  = "policy"
	partData    = "notes"
	partSources = "sources"
)

// sourcesNoted is how many sources are listed that the rows of a table name; the others are counted.
const sourcesNoted = 1000

// notes are those of the export, then what its columns mean, then the sources that its rows name.
func (x *Export) notes() iter.Seq2[ExportNote, error] {
	return func(yield func(ExportNote, error) bool) {
		list := append([]ExportNote{
			{partTable, "what it is", x.Name + ": " + x.Title},
			{partTable, "text", "An apostrophe stands before text that a spreadsheet program would run as a formula; reading the table again takes it off."},
		}, x.Notes...)
		for _, c := range x.Columns {
			list = append(list, ExportNote{partColumns, c.Name, c.describe()})
		}
		var err error
		if x.sources {
			var sources []ExportNote
			sources, err = x.namedSources()
			list = append(list, sources...)
		}
		for _, n := range list {
			if !yield(n, nil) {
				return
			}
		}
		if err != nil {
			yield(ExportNote{}, err)
		}
	}
}

// describe is what a column means and how its cells are written.
func (c *ExportColumn) describe() string {
	as := map[ExportKind]string{Words: "text", Code: "text", Figure: "a figure", Year: "a year"}[c.Kind]
	switch {
	case c.List == listOccupation:
		as = "a code, which is text: 0110 is not 110"
	case c.Unit != "":
		as = c.Unit
	}
	return c.Meaning + " (" + as + ")"
}

// namedSources are the sources that the rows name, with how many rows come from each.
func (x *Export) namedSources() ([]ExportNote, error) {
	at := func(name string) int {
		return slices.IndexFunc(x.Columns, func(c ExportColumn) bool { return c.Name == name })
	}
	source, date, licence, assumed, estimated := at("source"), at("date"), at("licence"), at("assumed"), at("estimated")
	cell := func(row []string, column int) string {
		if column < 0 {
			return ""
		}
		return datasets.Unguard(row[column])
	}
	known := map[Source]*Source{}
	others := 0
	for row, err := range x.Rows {
		if err != nil {
			return nil, err
		}
		key := Source{Source: cell(row, source), Date: cell(row, date), Licence: cell(row, licence)}
		s := known[key]
		switch {
		case s == nil && len(known) == sourcesNoted:
			others++
			continue
		case s == nil:
			s = &Source{Source: strings.Clone(key.Source), Date: strings.Clone(key.Date), Licence: strings.Clone(key.Licence)}
			known[*s] = s
		}
		s.Rows++
		if cell(row, assumed) == "yes" {
			s.Assumed++
		}
		if cell(row, estimated) == "yes" {
			s.Estimated++
		}
	}
	var list []Source
	for _, s := range known {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Date, b.Date), strings.Compare(a.Licence, b.Licence))
	})
	notes := sourceNotes(list)
	if others > 0 {
		notes = append(notes, ExportNote{partSources, "others", fmt.Sprintf("Rows that name further sources: %s.", comma(int64(others)))})
	}
	return notes, nil
}

func sourceNotes(sources []Source) []ExportNote {
	var notes []ExportNote
	for _, s := range sources {
		text := "Rows: " + comma(int64(s.Rows))
		if s.Estimated > 0 {
			text += ", of them estimated: " + comma(int64(s.Estimated))
		}
		if s.Assumed > 0 {
			text += ", of them assumed: " + comma(int64(s.Assumed))
		}
		text += "."
		if s.Date != "" {
			text += " Date: " + s.Date + "."
		}
		if s.Licence != "" {
			text += " Licence: " + s.Licence + "."
		}
		notes = append(notes, ExportNote{partSources, s.Source, text})
	}
	return notes
}

// exportNotes are what a reader of one of the report's tables needs of the rest of it.
func (r *Report) exportNotes() []ExportNote {
	notes := []ExportNote{
		{partTable, "what it shows", r.Disclaimer},
		{partTable, "run", r.Title},
		{partTable, "period", fmt.Sprintf("%s; the oldest figures are of %s", r.Period, r.Oldest)},
		{partTable, "time base", string(r.Base)},
		{partTable, "level", fmt.Sprintf("ISCO-%d; gaps shrink with coarser classes, so none says anything without its level", r.Level)},
		{partTable, "order", string(r.Order)},
		{partTable, "program", "labourmatch " + r.Engine},
	}
	proof := "not proved"
	if r.Proof.Certified && r.Proof.Distance == 0 {
		proof = "proved optimal by certificate, distance 0"
	} else if r.Proof.Certified {
		proof = "within a bound that is proved by certificate"
	}
	notes = append(notes, ExportNote{partTable, "placement", proof})
	if r.WhatIf != nil {
		notes = append(notes, ExportNote{partTable, "scenario", "This is the run of a scenario: it changes the market."})
	}
	for _, w := range r.Warnings {
		notes = append(notes, ExportNote{partTable, "warning", w})
	}
	for _, n := range r.Policy {
		notes = append(notes, policyNote(n))
	}
	for _, n := range r.Notes {
		text := n.Text
		if figure := comma(n.Count); n.Count > 0 && !strings.Contains(text, figure) {
			text += " (" + figure + ")"
		}
		notes = append(notes, ExportNote{partData, n.Topic, text})
	}
	return append(notes, sourceNotes(r.Sources)...)
}

func policyNote(n PolicyNumber) ExportNote {
	text := plain(n.Value)
	if n.Unit != "" {
		text += " " + n.Unit
	}
	if n.Text != "" {
		text += ": " + n.Text
	}
	switch {
	case n.Assumed:
		text += ". Assumed: no publication states it."
	case n.Source != "":
		text += ". Source: " + strings.Join(strings.Fields(n.Source+" "+n.Date), " ") + "."
	}
	return ExportNote{partPolicy, n.Name, text}
}
