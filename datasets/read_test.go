package datasets

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"labourmatch/matcher"
)

func TestEveryExampleOfTheDocumentationIsOneMarketInOrder(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^```(csv|yaml)( [a-z.]+)?\n(.*?)^```$").FindAllStringSubmatch(string(doc), -1) {
		if name := strings.TrimSpace(m[2]); name != "" {
			files[name] = m[3]
			continue
		}
		t.Errorf("an example without a name: %s", m[3])
	}
	scenario := files["sign.yaml"] // lies beside a market, not in it
	delete(files, "sign.yaml")
	if len(files) != 11 || scenario == "" {
		t.Fatalf("%d examples", len(files))
	}
	d, err := Read(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	for level := 1; level <= 4; level++ {
		m := mustMarket(t, d, level)
		if m.Title != "A made-up market" || len(m.Channels) != 3 || len(m.Vacancies) != 5 {
			t.Errorf("level %d: %d vacancies, %d channels, title %s", level, len(m.Vacancies), len(m.Channels), m.Title)
		}
	}
	m := mustMarket(t, d, 4)
	sign, err := ReadScenario([]byte(scenario), "sign.yaml", m.Period)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, touched, err := ApplyScenarios(m, d.Policy(), []*matcher.Scenario{sign}, []string{"sign.yaml"}); err != nil || len(touched) != len(sign.Changes) {
		t.Errorf("%v, %v", err, touched)
	}
}

func TestTheDocumentationNamesEveryColumnAndSetting(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range Tables() {
		_, section, ok := strings.Cut(string(doc), "\n## "+table.File+"\n")
		if !ok {
			t.Fatalf("no section on %s", table.File)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, c := range table.Columns {
			name := "`" + c.Name + "`"
			if !c.Required {
				name += "?"
			}
			if !strings.Contains(section, name) {
				t.Errorf("%s: the column %s is not described as %s", table.File, c.Name, name)
			}
		}
	}
	s := DefaultSettings()
	for _, n := range s.Numbers() {
		if !strings.Contains(string(doc), "`"+n.Name+"`") {
			t.Errorf("the setting %s is not described", n.Name)
		}
	}
}

func TestAllProblemsOfAllFilesComeAtOnceInOrder(t *testing.T) {
	_, err := Read(folder(map[string]string{
		VacanciesFile: vacancyHead + "\nDEU,110,,2024,-1,stock,,,,,,2024,CC0-1.0,\n" + goodVacancy + "\nDE,2222,,2024,1,stok,,,,,A,2024,CC0-1.0,\n",
		WorkersFile:   "-",
		WagesFile:     "region,occupation,period,wage,unit,source,date\nDE,,2024,x,PPP$ per year,A,2024\n",
		PolicyFile:    "mobile: 7\n",
		"channel.csv": "",
	}))
	var problems *Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems.List {
		got = append(got, fmt.Sprintf("%s:%d:%s", p.File, p.Row, p.Column))
	}
	want := "vacancies.csv:2:region vacancies.csv:2:occupation vacancies.csv:2:count vacancies.csv:2:source vacancies.csv:4:kind " +
		"workers.csv:0: wages.csv:2:wage channel.csv:0: policy.yaml:1:mobile"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestAByteOrderMarkWindowsLineEndsAndEmptyLinesDoNoHarm(t *testing.T) {
	table, _ := TableFor(WorkersFile)
	plain, err := ReadTable(strings.NewReader(workerHead+"\n"+goodWorker), table, table.File, nil)
	if err != nil {
		t.Fatal(err)
	}
	odd, err := ReadTable(strings.NewReader("\ufeff"+workerHead+"\r\n\r\n,,,,,,,,,,\r\n"+goodWorker+"\r\n \r\n"), table, table.File, nil)
	if err == nil && odd != plain {
		t.Errorf("%+v is not %+v", odd, plain)
	}
	if err != nil {
		t.Error(err)
	}
	if plain.Rows != 1 || len(plain.Hash) != 64 {
		t.Errorf("%+v", plain)
	}
}

func TestAThousandProblemsAreKeptAndTheRestCounted(t *testing.T) {
	rows := make([]string, 2500)
	for i := range rows {
		rows[i] = "DEU,2221,2024,10,stock,,,,Made up,2024,CC0-1.0"
	}
	_, err := Read(folder(workers(rows...)))
	var problems *Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	if len(problems.List) != MaxProblems || problems.Count() != 2500 {
		t.Errorf("%d kept of %d", len(problems.List), problems.Count())
	}
	if !strings.HasSuffix(err.Error(), "\n… and 1,500 problems more of the same files.") {
		t.Error(err.Error()[len(err.Error())-80:])
	}
}

func TestAFileHasALimitOfRowsAndARowOfBytes(t *testing.T) {
	table, _ := TableFor(WorkersFile)
	var b strings.Builder
	b.WriteString(workerHead + "\n")
	for i := range 12 {
		fmt.Fprintf(&b, "DE,2221,%d,10,stock,,,,Made up,2024,CC0-1.0\n", 2000+i)
	}
	seen := 0
	_, err := readTable(strings.NewReader(b.String()), table, table.File, limits{10, MaxRecord, keysKnown, heldInMemory, ""}, func(int, []string) error { seen++; return nil })
	want := "workers.csv, row 12: is beyond the 10 rows a file may have. Sum rows that differ in nothing the program uses, or split the market into several."
	if err == nil || err.Error() != want || seen != 10 {
		t.Errorf("%d rows, %v", seen, err)
	}
	// An endless quoted cell must end by the limit and not by the memory of the machine.
	endless := io.MultiReader(strings.NewReader(workerHead+"\n\""), endlessReader{})
	if _, err := ReadTable(endless, table, table.File, nil); err == nil || !strings.Contains(err.Error(), "starts a row of more than 64 KB") {
		t.Error(err)
	}
	if _, err := ReadTable(endlessReader{}, table, table.File, nil); err == nil || !strings.Contains(err.Error(), "starts a row of more than 64 KB") {
		t.Error(err)
	}
}

type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestErrorsOfReaderAndCallerEndTheReadingAsTheyAre(t *testing.T) {
	table, _ := TableFor(WorkersFile)
	broken := errors.New("cable pulled")
	text := workerHead + "\n" + goodWorker + "\n"
	if _, err := ReadTable(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), table, table.File, nil); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := ReadTable(strings.NewReader(text), table, table.File, func(int, []string) error { return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	err := NewDirectory().Add(WorkersFile, func(yield func([]string, error) bool) { yield(nil, broken) })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := NewDirectory().Add("people.csv", nil); err == nil {
		t.Error("a table that does not exist")
	}
}

func TestStoredRowsAreCheckedLikeThoseOfAFile(t *testing.T) {
	d := NewDirectory()
	err := d.Add(FitsFile, func(yield func([]string, error) bool) {
		_ = yield([]string{"2221", "5321", "0.5", "", "", "=text"}, nil) &&
			yield([]string{"2221", "5321", "0.6", "", "", "a"}, nil) &&
			yield([]string{"222", "9999", "2", "", "", "a"}, nil) &&
			yield([]string{"2221"}, nil)
	})
	var problems *Problems
	if !errors.As(err, &problems) || len(problems.List) != 4 {
		t.Fatal(err)
	}
	if d.Len(FitsFile) != 1 {
		t.Errorf("%d rows", d.Len(FitsFile))
	}
	for _, row := range d.Rows(FitsFile) {
		if row[5] != "=text" {
			t.Errorf("text from the database became %q", row[5])
		}
	}
}

func FuzzReadTable(f *testing.F) {
	for _, m := range messages {
		for file, content := range m.changes {
			f.Add(file, content)
		}
	}
	for _, table := range Tables() {
		if data, err := os.ReadFile("testdata/tiny/" + table.File); err == nil {
			f.Add(table.File, string(data))
		}
	}
	f.Fuzz(func(t *testing.T, file, content string) {
		table, ok := TableFor(file)
		if !ok {
			return
		}
		var rows [][]string
		first, err := ReadTable(strings.NewReader(content), table, file, func(_ int, cells []string) error {
			rows = append(rows, append([]string(nil), cells...))
			return nil
		})
		var problems *Problems
		if errors.As(err, &problems) {
			if len(problems.List) == 0 || len(problems.List) > MaxProblems {
				t.Fatalf("%d problems", len(problems.List))
			}
			for _, p := range problems.List {
				if p.File != file || p.What == "" || strings.ContainsAny(p.String(), "\n\x00") {
					t.Fatalf("%+v", p)
				}
			}
		} else if err != nil {
			t.Fatal(err)
		}
		if first.Hash == "" {
			return // not read to its end
		}
		// What was accepted is canonical: written and read again it is the same.
		var b strings.Builder
		if err := WriteTable(&b, table, func(yield func([]string) bool) {
			for _, r := range rows {
				if !yield(r) {
					return
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		again, err := ReadTable(strings.NewReader(b.String()), table, file, nil)
		if err != nil || again != first {
			t.Fatalf("%v: %+v is not %+v:\n%s", err, again, first, b.String())
		}
	})
}

func FuzzReadPolicy(f *testing.F) {
	for _, m := range messages {
		if text, ok := m.changes[PolicyFile]; ok && len(text) < 1000 {
			f.Add(text)
		}
	}
	f.Add("title: a\nmobile: {value: 0.1, source: b, date: 2023}\norder: value\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadPolicy([]byte(text), PolicyFile)
		if err != nil {
			var problems *Problems
			if !errors.As(err, &problems) || len(problems.List) == 0 {
				t.Fatal(err)
			}
			return
		}
		if err := s.Validate(); err != nil {
			t.Fatalf("accepted, but: %v", err)
		}
		out, err := WritePolicy(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadPolicy(out, PolicyFile)
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		if a, b := fmt.Sprintf("%+v", s), fmt.Sprintf("%+v", again); a != b {
			t.Fatalf("%s\nis not\n%s", a, b)
		}
	})
}

func TestHintsAreLookedForOnlyWhereAProblemIsTold(t *testing.T) {
	problems, searched := &Problems{}, 0
	for range MaxProblems + 500 {
		problems.addFault(Problem{File: VacanciesFile}, &fault{what: "is wrong", search: func() string {
			searched++
			return "did you mean it?"
		}})
	}
	if searched != MaxProblems || problems.More != 500 {
		t.Errorf("looked for %d hints, and %d problems are beyond those kept", searched, problems.More)
	}
	if last := problems.List[MaxProblems-1]; last.Hint != "Did you mean it?" || last.What != "is wrong" {
		t.Errorf("the last problem kept is %+v", last)
	}
}
