package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed sheet.html
var sheetHTML string

// WriteHTML writes the sheet as one HTML page that needs nothing else: no script, no other file. It prints on two A4
// pages and reads on a telephone.
func (s *Sheet) WriteHTML(w io.Writer) error {
	page, err := template.New("sheet").Parse(sheetHTML)
	if err != nil {
		return fmt.Errorf("write the sheet as HTML: %w", err)
	}
	if err := page.Execute(w, s); err != nil {
		return fmt.Errorf("write the sheet as HTML: %w", err)
	}
	return nil
}

// WriteMarkdown writes the sheet as Markdown with tables.
func (s *Sheet) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	row := func(cells ...string) {
		for i, c := range cells {
			cells[i] = plainText(c)
		}
		line("| %s |", strings.Join(cells, " | "))
	}
	rule := func(n int) { line("|%s", strings.Repeat(" --- |", n)) }
	line("# %s\n", plainText(s.Title))
	line("Negotiation sheet · %s\n", plainText(s.Market))
	if s.Agreement != "" {
		line("Only: %s\n", plainText(s.Agreement))
	}
	line("> %s\n", s.Disclaimer)
	for _, f := range s.Headlines {
		line("- **%s** %s", plainText(f.shownValue()), plainText(f.Name))
	}
	for _, part := range s.Parts {
		line("\n## %s\n", plainText(part.Title))
		row("Figure", "", "How it is reckoned", "Source")
		rule(4)
		for _, f := range part.Figures {
			row(f.Name, f.shownValue(), f.Formula, f.ShownRefs())
		}
		for _, t := range part.Tables {
			line("\n**%s**\n", plainText(t.Title))
			row(append([]string{}, t.Heads...)...)
			rule(len(t.Heads))
			for _, r := range t.Rows {
				row(append([]string{}, r...)...)
			}
			if t.More > 0 {
				line("\nand %d more", t.More)
			}
		}
	}
	for _, list := range []struct {
		title string
		lines []string
		mark  string
	}{{"What is missing", s.Missing, "-"}, {"What is assumed", s.Assumed, "-"}, {"Sources", s.Sources, "1."}} {
		line("\n## %s\n", list.title)
		for _, l := range list.lines {
			line("%s %s", list.mark, plainText(l))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the sheet as Markdown: %w", err)
	}
	return nil
}

// shownValue is the figure with the mark of an assumption; a missing one is called so.
func (f SheetFigure) shownValue() string {
	switch {
	case f.Value == "":
		return "missing"
	case f.Assumed:
		return f.Value + " *"
	}
	return f.Value
}

// ShownRefs writes the numbers of the sources.
func (f SheetFigure) ShownRefs() string {
	var b strings.Builder
	for _, n := range f.Refs {
		fmt.Fprintf(&b, "[%d]", n)
	}
	return b.String()
}

// plainText keeps text from being read as Markdown or HTML.
func plainText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`, "#", `\#`).Replace(s)
}
