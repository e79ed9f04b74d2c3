package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"labourmatch/datasets/report"
	"labourmatch/matcher"
)

func sheet(t *testing.T, market fstest.MapFS, from, to, agreement string) (*report.Sheet, error) {
	t.Helper()
	return report.BuildSheet(t.Context(), read(t, market), report.SheetOptions{
		Options: report.Options{Engine: "test"}, From: from, To: to, Agreement: agreement,
	})
}

func mustSheet(t *testing.T, market fstest.MapFS, from, to, agreement string) *report.Sheet {
	t.Helper()
	s, err := sheet(t, market, from, to, agreement)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func markdownOf(t *testing.T, s *report.Sheet) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func htmlOf(t *testing.T, s *report.Sheet) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestASheetSaysWhatTheReportsLedgerSays(t *testing.T) {
	r := theSmallReport(t)
	for _, l := range r.Ledgers {
		s := mustSheet(t, small(), l.Origin, l.Destination, "")
		got := map[string]string{}
		for _, part := range s.Parts {
			for _, f := range part.Figures {
				got[f.Name] = f.Value
			}
		}
		for name, want := range map[string]int64{
			"Vacancies filled": l.People, "Who leaves": l.People, "Posts to fill anew": *l.Backfill,
			"Workers' gain, a year": *l.Money.Gain, "Sent home, a year": *l.Money.Sent,
		} {
			if n, err := strconv.ParseInt(strings.ReplaceAll(got[name], ",", ""), 10, 64); err != nil || n != want {
				t.Errorf("%s to %s, %s: %q, the report says %d", l.Origin, l.Destination, name, got[name], want)
			}
		}
	}
}

func TestASheetNamesWhatIsMissingInsteadOfShowingZero(t *testing.T) {
	s := mustSheet(t, small(), "PL", "DE", "")
	said := markdownOf(t, s)
	for _, want := range []string{"| Arriving, at origin's prices | missing |", "| Workers pay, once | missing |", "| In months of their wage | missing |", "prices.csv", "cost\\_worker", "the employed"} {
		if !strings.Contains(said, want) {
			t.Errorf("the sheet does not say %q:\n%s", want, said)
		}
	}
	market := small()
	market["prices.csv"] = &fstest.MapFile{Data: []byte("region,period,price_level,source,date,licence\nDE,2022,0.8,Prices,2023,open\nPL,2022,0.4,Prices,2023,open\n")}
	for _, f := range mustSheet(t, market, "PL", "DE", "").Parts[2].Figures {
		if f.Name == "Arriving, at origin's prices" && f.Value == "" {
			t.Error("with price levels what arrives is still missing")
		}
	}
}

func TestEveryFigureOfASheetCitesSourcesThatAreListed(t *testing.T) {
	s := mustSheet(t, small(), "PH", "DE", "")
	cited := map[int]bool{}
	for _, part := range s.Parts {
		for _, f := range part.Figures {
			if f.Formula == "" {
				t.Errorf("%s is not said how to reckon", f.Name)
			}
			for _, n := range f.Refs {
				if n < 1 || n > len(s.Sources) {
					t.Errorf("%s cites source %d of %d", f.Name, n, len(s.Sources))
				}
				cited[n] = true
			}
		}
	}
	if len(cited) != len(s.Sources) {
		t.Errorf("%d sources are listed and %d cited", len(s.Sources), len(cited))
	}
}

func TestASheetOfAnAgreementCountsItsPeopleOnly(t *testing.T) {
	market := small()
	rows := string(market["channels.csv"].Data) + "skilled,Skilled workers,visa,PH,DE,,individual,,,,,,,,,,,,law,An act,2020\n"
	market["channels.csv"] = &fstest.MapFile{Data: []byte(rows)}
	whole := mustSheet(t, market, "PH", "DE", "")
	for _, name := range []string{"triple-win", "Philippines and Germany 2013"} {
		s := mustSheet(t, market, "PH", "DE", name)
		if s.Headlines[0].Value != "150" || whole.Headlines[0].Value == "150" || s.Agreement != name {
			t.Errorf("%s: %s people of %s", name, s.Headlines[0].Value, whole.Headlines[0].Value)
		}
	}
	for _, c := range [][3]string{{"PH", "PL", ""}, {"PH", "DE", "no-such"}, {"NO", "SE", ""}} {
		if _, err := sheet(t, market, c[0], c[1], c[2]); !errors.Is(err, report.ErrNoCorridor) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// Electricians leave posts at home empty, and they leave by the visa; the nurses of the agreement have no posts there to leave.
func TestASheetOfAnAgreementCountsWhatItEmptiedAndNotAShareOfTheCorridors(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	market := fstest.MapFS{
		"policy.yaml": file("order: value\nmobile: 1\n"),
		"vacancies.csv": file("region,occupation,period,count,kind,wage,source,date,licence\nDE,741,2022,5,stock,90000,S,2022,open\n" +
			"DE,222,2022,10,stock,90000,S,2022,open\nPH,741,2022,5,stock,10000,S,2022,open\n"),
		"workers.csv": file("region,occupation,period,count,kind,outside,source,date,licence\nPH,741,2022,5,stock,4000,S,2022,open\nPH,222,2022,10,stock,4000,S,2022,open\n"),
		"channels.csv": file("id,title,kind,origins,destinations,occupations,recruitment,agreement,in_force,source,date\n" +
			"pact,Pact,agreement,PH,DE,222,active,Nurses 2020,yes,S,2020\nvisa,Visa,visa,PH,DE,741,active,,yes,S,2020\n"),
	}
	for name, want := range map[string]string{"": "5", "pact": "0", "Nurses 2020": "0", "visa": "5"} {
		for _, f := range mustSheet(t, market, "PH", "DE", name).Parts[1].Figures {
			if f.Name != "Own vacancies left empty" {
				continue
			}
			if f.Value != want || strings.Contains(f.Formula, "without this agreement") != (name != "") {
				t.Errorf("%q: %s vacancies are left empty, not %s: %s", name, f.Value, want, f.Formula)
			}
		}
	}
}

func TestASheetsPageNeedsNothingElseAndIsWellFormed(t *testing.T) {
	page := htmlOf(t, mustSheet(t, small(), "PL", "DE", ""))
	for _, bad := range []string{"<script", "http://", "https://", "src=", "url(", "@import", "NaN", "%!"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, want := range []string{"<!doctype html>", `<html lang="en">`, "viewport", "@page { size: A4", "What is missing", "What is assumed", "Sources"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	var open []string
	for _, tag := range regexp.MustCompile(`<(/?)([a-z0-9]+)[^>]*>`).FindAllStringSubmatch(page, -1) {
		switch name := tag[2]; {
		case name == "meta":
		case tag[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> closes %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%v stay open", open)
	}
}

func TestTextOfTheDataCannotCommandTheSheet(t *testing.T) {
	market := small()
	evil := strings.ReplaceAll(string(market["workers.csv"].Data), "Urząd pracy", `<script>alert(1)</script> | *x* [a](b)`)
	market["workers.csv"] = &fstest.MapFile{Data: []byte(evil)}
	s := mustSheet(t, market, "PL", "DE", "")
	if page := htmlOf(t, s); strings.Contains(page, "<script") {
		t.Error("the page has a script of the data's")
	}
	said := markdownOf(t, s)
	if strings.Contains(said, "<script") || strings.Contains(said, "[a](b)") || regexp.MustCompile(`[^\\]\*x`).MatchString(said) {
		t.Errorf("the Markdown has markup of the data's:\n%s", said)
	}
}

func TestTheLedgersTableAddsUpToTheLedgers(t *testing.T) {
	r := theSmallReport(t)
	dir := written(t)
	rows, err := csv.NewReader(bytes.NewReader(dir["ledger.csv"].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]int64{}
	for _, row := range rows[1:] {
		if n, err := strconv.ParseInt(row[7], 10, 64); err == nil {
			sums[row[4]] += n
		} else if row[7] != "" && row[4] != "cost_worker_months" {
			t.Errorf("%v has no number", row)
		}
	}
	abroad := r.Totals.FilledBy.FreeMovement + r.Totals.FilledBy.Channel
	if sums["people"] != abroad || sums["filled"] != abroad || sums["left"] != abroad || sums["free_movement"] != r.Totals.FilledBy.FreeMovement {
		t.Errorf("%v, and %d people are placed abroad", sums, abroad)
	}
}

func TestAReportOfTheRunAloneLeavesOpenWhatLeavingEmptied(t *testing.T) {
	r := build(t, small(), report.Options{RunOnly: true})
	for _, l := range r.Ledgers {
		if l.Emptied != nil || l.Backfill != nil || l.People == 0 {
			t.Errorf("%+v", l)
		}
	}
	if said := textOf(t, r, report.Style{}); !strings.Contains(said, "BOTH SIDES OF EACH CORRIDOR") {
		t.Error("the report has no ledgers")
	}
}

func TestADirectorysRuleOfShortagesIsTheOneApplied(t *testing.T) {
	market := small()
	market["shortage.yaml"] = &fstest.MapFile{Data: []byte("title: Strict\ncut_off: 1\nleast_openings: 1\nleast_weight: 0\nsteps: 1\nsource: Us\nindicators:\n  gap: {weight: 1, none: 0, full: 1}\n")}
	r := build(t, market, report.Options{RunOnly: true})
	if r.ShortageRule.Title != "Strict" {
		t.Errorf("the rule is %+v", r.ShortageRule)
	}
	for _, s := range r.Shortages {
		if want := s.Unfilled == s.Openings; want != (s.Verdict == matcher.InShortage) || s.Weightings != 1 {
			t.Errorf("%+v", s)
		}
	}
}
