package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"labourmatch/datasets"
	"labourmatch/datasets/formats"
	"labourmatch/datasets/intake"
	"labourmatch/datasets/report"
)

// previewRows is how many rows of each table an import shows.
const previewRows = 5

// importing is what an import is asked to do.
type importing struct {
	layout, into, propose, findings, before, layoutBefore, format string

	all bool
}

func newImport(t *terminal) *cobra.Command {
	var x importing
	cmd := &cobra.Command{
		Use:     "import FILE",
		Short:   "Read a published file, and say what was understood of it",
		GroupID: "files",
		Long: `Reads a file as a ministry or statistics office publishes it: delimited text in
any common encoding, an Excel workbook, SDMX, JSON-stat, position openings, also
packed by gzip or zip. What it is, is told by its content.

How it is laid out is said by a layout, a small YAML file: which column is what,
how its codes map, what a star stands for. Some are ready ("labourmatch
layouts"); else one is proposed by looking, and --propose keeps it for you to
change. Shown are the first rows as they were understood, and everything found:
what is wrong, what somebody should look at, where every figure went.

With --before the figures are held against those of the source's last version: a
table or a market directory that has it. With --into that is, unless it is
named, what the market has of the same source.

Nothing is stored unless --into names a market directory, and then all of it or
nothing. Rows of other sources that are there stay.`,
		Example: `  labourmatch import vacancies-2024.xlsx
  labourmatch import vacancies-2024.xlsx --propose my-layout.yaml
  labourmatch import vacancies-2024.xlsx --layout my-layout.yaml --into my-market
  labourmatch import vacancies-2025.xlsx --layout my-layout.yaml --before my-market`,
		Args: exactly(argument{"FILE", "the file to read"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, "--format", x.format, "table", "json"); err != nil {
				return err
			}
			return x.run(cmd, t, args[0])
		},
	}
	cmd.Flags().StringVar(&x.layout, "layout", "", "a ready layout's id, or a layout file; else one is proposed")
	cmd.Flags().StringVar(&x.into, "into", "", "add the rows to this market directory")
	cmd.Flags().StringVar(&x.propose, "propose", "", "write the layout used into this file, to be changed")
	cmd.Flags().StringVar(&x.findings, "findings", "", "write all findings into this CSV file")
	cmd.Flags().StringVar(&x.before, "before", "", "the source's last version: a table's CSV file or a market directory")
	cmd.Flags().StringVar(&x.layoutBefore, "before-layout", "", "the layout it was read by, if another one")
	cmd.Flags().StringVar(&x.format, "format", "table", "what to print: table or json")
	cmd.Flags().BoolVar(&x.all, "all", false, "print every finding")
	return cmd
}

// run reads a file, shows what was understood, and adds it to a market if that is asked for and nothing is wrong.
func (x *importing) run(cmd *cobra.Command, t *terminal, path string) (err error) {
	source, closeFile, err := openFile(cmd, path)
	if err != nil {
		return err
	}
	defer closeFile()
	shown := report.Intake{File: source.Name, First: map[string][][]string{}, All: x.all}
	if shown.Proposal, shown.Document, err = layoutFor(cmd, source, x.layout); err != nil {
		return err
	}
	l := shown.Proposal.Layout
	to, err := x.past(cmd, l)
	if err != nil {
		return err
	}
	var market *datasets.Appender
	if x.into != "" {
		if market, err = datasets.NewAppender(x.into); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, market.Close()) }()
	}
	var kept func(error) error
	if to.Found, kept, err = keepFindings(x.findings); err != nil {
		return err
	}
	to.Row = func(table string, _ int, cells []string) error {
		if len(shown.First[table]) < previewRows {
			shown.First[table] = append(shown.First[table], slices.Clone(cells))
		}
		if market == nil {
			return nil
		}
		return market.Add(table, cells)
	}
	shown.Quality, err = l.Read(cmd.Context(), shown.Document, to)
	if err = kept(err); err != nil {
		return fmt.Errorf("import %s:\n%w", path, err)
	}
	if err := keepProposal(x.propose, shown.Proposal); err != nil {
		return err
	}
	if err := x.print(t, &shown); err != nil {
		return err
	}
	if shown.Quality.Refused() {
		return fmt.Errorf("%s was not imported: %s", path, keepingOut(shown.Quality.Count(intake.Refusing)))
	}
	if market == nil {
		return nil
	}
	tables, err := market.Commit()
	if err != nil {
		return fmt.Errorf("add to %s, which is as it was:\n%w", x.into, err)
	}
	for _, a := range tables {
		t.say("%s: %d rows, %d of them new", filepath.Join(x.into, a.File), a.Rows, a.Rows-a.Were)
	}
	return nil
}

// openFile opens the file to be read.
func openFile(cmd *cobra.Command, path string) (formats.File, func(), error) {
	file, err := os.Open(path)
	if err != nil {
		return formats.File{}, nil, fmt.Errorf("read %s: %w", path, err)
	}
	closeFile := func() { file.Close() } //nolint:errcheck,gosec // only read
	info, err := file.Stat()
	if err != nil {
		closeFile()
		return formats.File{}, nil, fmt.Errorf("read %s: %w", path, err)
	}
	if info.IsDir() {
		closeFile()
		return formats.File{}, nil, usage(cmd, "%s is a folder; import takes one file", path)
	}
	return formats.File{Name: filepath.Base(path), Content: file, Size: info.Size()}, closeFile, nil
}

// past is what the figures are to be held against.
func (x *importing) past(cmd *cobra.Command, l *intake.Layout) (to intake.Reading, err error) {
	if to.Before, err = versionBefore(cmd, x.before, x.into, l); err != nil {
		return to, err
	}
	if x.layoutBefore != "" {
		to.LayoutBefore, _, err = namedLayout(cmd, "--before-layout", x.layoutBefore)
	}
	return to, err
}

func (x *importing) print(t *terminal, shown *report.Intake) error {
	if x.format != "json" {
		return shown.WriteText(t.out, report.Style{Color: t.colorOut})
	}
	out := json.NewEncoder(t.out)
	out.SetIndent("", "  ")
	return out.Encode(shown.Quality)
}

// layoutFor opens a file by the layout asked for, or by one that is found by looking.
func layoutFor(cmd *cobra.Command, source formats.File, wanted string) (*intake.Proposal, *formats.Document, error) {
	p := &intake.Proposal{}
	if wanted != "" {
		var err error
		if p.Layout, p.Ready, err = namedLayout(cmd, "--layout", wanted); err != nil {
			return nil, nil, err
		}
	}
	options := formats.Options{Child: workbookChild()}
	if p.Layout != nil {
		options = p.Layout.Declared(options)
	}
	doc, err := formats.Open(cmd.Context(), source, options)
	if err != nil {
		return nil, nil, err
	}
	if p.Layout == nil {
		if p, err = intake.Propose(cmd.Context(), doc, time.Now().UTC().Format(time.DateOnly)); err != nil {
			return nil, nil, fmt.Errorf("no layout was found for %s:\n%w", source.Name, err)
		}
		// What the layout declares of the bytes wins over what was detected.
		if doc, err = formats.Open(cmd.Context(), source, p.Layout.Declared(options)); err != nil {
			return nil, nil, err
		}
	}
	return p, doc, nil
}

// namedLayout is the layout that a flag names: a ready one by its id, or a file.
func namedLayout(cmd *cobra.Command, flag, wanted string) (_ *intake.Layout, ready bool, err error) {
	if l, ready := intake.ReadyByID(wanted); ready {
		return l, true, nil
	}
	data, err := os.ReadFile(wanted)
	if err != nil {
		return nil, false, usage(cmd, "%s %q is neither a ready layout nor a file; labourmatch layouts lists those that are ready", flag, wanted)
	}
	l, err := intake.ReadLayout(data, filepath.Base(wanted))
	if err != nil {
		return nil, false, fmt.Errorf("the layout cannot be used:\n%w", err)
	}
	return l, false, nil
}

func keepProposal(name string, p *intake.Proposal) error {
	if name == "" {
		return nil
	}
	data, ok := intake.ReadyText(p.Layout.ID)
	if !p.Ready || !ok {
		var err error
		if data, err = p.Text(); err != nil {
			return err
		}
	}
	return writeNew(name, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// keepFindings writes findings into a file as they come. It is whole once it is closed, with the error of the reading,
// after which there is none. Without a name nobody wants them.
func keepFindings(name string) (found func(intake.Finding) error, closed func(error) error, err error) {
	if name == "" {
		return nil, func(err error) error { return err }, nil
	}
	f, err := newFile(name)
	if err != nil {
		return nil, nil, err
	}
	out, err := intake.NewFindingWriter(f, datasets.Guard)
	closed = func(err error) error {
		if err == nil {
			err = out.Close()
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(name))
		}
		return nil
	}
	if err != nil {
		return nil, nil, closed(err)
	}
	return out.Write, closed, nil
}

// writeNew writes a file that must not be there.
func writeNew(name string, write func(io.Writer) error) (err error) {
	f, err := newFile(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}

func newFile(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // results are for others to read
	if err != nil {
		return nil, fmt.Errorf("write %s, which is never written over: %w", name, err)
	}
	return f, nil
}

func newLayouts(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:     "layouts [ID]",
		Short:   "List the layouts of published files that are ready, or print one",
		GroupID: "files",
		Long: `Lists the sources that the program can read as they are published. With an id
it prints that layout, a YAML file to start one of your own from.`,
		Example: `  labourmatch layouts
  labourmatch layouts no-nav-shortage > my-layout.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%q is one argument too many; %s takes one", args[1], cmd.CommandPath())
			}
			if len(args) == 1 {
				text, ok := intake.ReadyText(args[0])
				if !ok {
					return usage(cmd, "%q is no ready layout; labourmatch layouts lists them", args[0])
				}
				_, err := t.out.Write(text)
				return err
			}
			return report.WriteLayouts(t.out, report.Style{Color: t.colorOut}, intake.Ready())
		},
	}
}

func keepingOut(findings int) string {
	if findings == 1 {
		return "1 finding keeps it out"
	}
	return fmt.Sprintf("%d findings keep it out", findings)
}
