package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labourmatch/datasets/report"
)

func newExport(t *terminal) *cobra.Command {
	var table, format, out, structure string
	cmd := &cobra.Command{
		Use:     "export DIR",
		Short:   "Write one table as CSV, as an Excel workbook or as SDMX",
		GroupID: "files",
		Long: `Writes one table of the report directory or market directory DIR:

  gaps skills placements entries     results; only report directories have them
  vacancies workers channels wages fits safeguards notes signals prices
                                     of the market, or of a report's inputs

  --format csv        as the directory has it
  --format xlsx       an Excel workbook: codes are text, so that 0110 stays 0110;
                      a second sheet says what the columns mean, which policy and
                      level they rest on, what is assumed, and the sources
  --format sdmx-csv   SDMX-CSV 2.0; --structure FILE writes the data structure
                      definition with its codelists beside it, as SDMX-ML 2.1

No cell is a formula: text that a spreadsheet program would run as one has an
apostrophe before it, which reading the table again takes off. A file that is
there is never written over.`,
		Example: `  labourmatch export my-report --table gaps --format xlsx --out gaps.xlsx
  labourmatch export my-market --table vacancies --format csv
  labourmatch export my-report --table placements --format sdmx-csv \
    --out placements.csv --structure placements.xml`,
		Args: exactly(argument{"DIR", "the report or market directory"}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, "--format", format, "csv", "xlsx", "sdmx-csv"); err != nil {
				return err
			}
			form := report.ExportForm(format)
			switch {
			case table == "":
				return usage(cmd, "--table says which; there are %s", strings.Join(report.ExportTables(), ", "))
			case !slices.Contains(report.ExportTables(), table):
				return usage(cmd, "--table is %q; there are %s", table, strings.Join(report.ExportTables(), ", "))
			case structure != "" && form != report.FormSDMXCSV:
				return usage(cmd, "--structure goes with --format sdmx-csv")
			case form == report.FormWorkbook && out == "" && t.screen:
				return usage(cmd, "a workbook is no text for a screen; name a file: --out %s", form.FileName(table))
			}
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return fmt.Errorf("there is no directory %s", args[0])
			}
			for _, name := range []string{out, structure} {
				if _, err := os.Lstat(name); name != "" && !errors.Is(err, fs.ErrNotExist) {
					return fmt.Errorf("%s is there, and is never written over; name another file", name)
				}
			}
			x, err := report.ReadExport(os.DirFS(args[0]), table)
			if err != nil {
				return err
			}
			x.Prepared = time.Now()
			if out == "" {
				err = x.Write(t.out, form)
			} else {
				err = writeWhole(out, func(w io.Writer) error { return x.Write(w, form) })
			}
			if err == nil && structure != "" {
				err = writeWhole(structure, func(w io.Writer) error { return x.Write(w, report.FormStructure) })
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&table, "table", "", "the `TABLE` to write, such as gaps")
	flags.StringVar(&format, "format", "csv", "csv, xlsx or sdmx-csv")
	flags.StringVar(&out, "out", "", "write into this new `FILE`, and not to standard output")
	flags.StringVar(&structure, "structure", "", "write the data structure definition into this new `FILE`")
	return cmd
}

// writeWhole writes a file that must not be there, or nothing.
func writeWhole(name string, write func(io.Writer) error) error {
	err := writeNew(name, write)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
