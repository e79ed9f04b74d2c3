package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zipOf writes a ZIP archive of name → text and returns its path.
func zipOf(t *testing.T, name string, members map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, member := range sortedKeys(members) {
		w, err := z.Create(member)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[member])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return fileOf(t, name, b.String())
}

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// smallESCO has two unit groups: 1111 with occupations a and b, 2222 with c. Worked by
// hand, with essential 1 and optional ½:
//
//	        a    b    h(1111)     h(2222)   min
//	s1      1    1      1           1        1
//	s2      1    ½      ¾           0        0
//	s3      0    1      ½           1        ½
//	s4      0    0      0           ½        0
//	sum                 9/4         5/2      3/2
//
// so fit(1111→2222) = 1.5/2.5 = 0.600 and fit(2222→1111) = 1.5/2.25 = 0.667.
//
// s1 lies in S1, s2 in S1 and K07 half each, s3 in K07 through a group of the second
// level. Essential skills of a: s1, s2; of b: s1, s3; of c: s1, s3. So 1111 has
// S1: (¾ + ½)/2 = 0.625, K07: 0.375; and 2222 half each.
func smallESCO(t *testing.T) (english, relations string) {
	english = zipOf(t, "en.zip", map[string]string{
		"occupations_en.csv":  "conceptUri,iscoGroup\nu/a,1111\nu/b,1111\nu/c,2222\n",
		"ISCOGroups_en.csv":   "code,preferredLabel\n1111,Ones\n2222,Twos\n",
		"skillGroups_en.csv":  "conceptUri,code,preferredLabel\ng/S1,S1,doing\nx/isced-f/07,,knowing\nx/isced-f/071,,knowing more\n",
		"something_else.json": "{}",
	})
	relations = zipOf(t, "rel.zip", map[string]string{
		"broaderRelationsSkillPillar.csv": "conceptUri,broaderUri\ns1,g/S1\ns2,g/S1\ns2,x/isced-f/07\ns3,x/isced-f/071\nx/isced-f/071,x/isced-f/07\n",
		"occupationSkillRelations.csv": "occupationUri,relationType,skillUri\nu/a,essential,s1\nu/a,essential,s2\n" +
			"u/b,essential,s1\nu/b,optional,s2\nu/b,essential,s3\nu/c,essential,s1\nu/c,essential,s3\nu/c,optional,s4\nu/gone,essential,s4\n",
	})
	return english, relations
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestFitsAndSharesAreThoseWorkedByHand(t *testing.T) {
	english, relations := smallESCO(t)
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	if err := run([]string{"-esco-en", english, "-esco-relations", relations, "-out", dir, "-report"}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, dir, "fits.csv"), "from,to,fit_per_mille\n1111,2222,600\n2222,1111,667\n"; got != want {
		t.Errorf("fits:\n%s\nwant\n%s", got, want)
	}
	if got, want := read(t, dir, "skillshares.csv"), "occupation,group,per_million\n1111,K07,375000\n1111,S1,625000\n2222,K07,500000\n2222,S1,500000\n"; got != want {
		t.Errorf("shares:\n%s\nwant\n%s", got, want)
	}
	if got, want := read(t, dir, "skillgroups.csv"), "code,title\nK07,knowing\nS1,doing\n"; got != want {
		t.Errorf("groups:\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(stdout.String(), "3 occupations in 2 unit groups, 8 relations used, 1 skipped") {
		t.Errorf("summary: %s", stdout.String())
	}
}

func TestListsKeepLeadingZerosAndTakeTheAmendments(t *testing.T) {
	dir := t.TempDir()
	isco := fileOf(t, "isco.csv", "\ufeffcode,preferredLabel,description\n2,Professionals,\n0110,Officers,\"two\nlines\"\n14,Hosts,\n0,Armed forces,\n")
	countries := fileOf(t, "countries.csv", "CLDR display name,ISO3166-1-Alpha-3,ISO3166-1-Alpha-2,official_name_en,UNTERM English Short,UNTERM English Formal,official_name_fr,UNTERM French Short,official_name_es,UNTERM Spanish Short\n"+
		"UK,GBR,GB,United Kingdom of Great Britain,,,Royaume-Uni,Royaume-Uni *,Reino Unido,\nNamibia,NAM,NA,Namibia,Namibia,,Namibie,,Namibia,\nCôte d’Ivoire,CIV,CI,,,,,,,\n")
	subdivisions := fileOf(t, "2.js", "export const iso31662 = [\n  {\n    code: 'NO-30',\n    name: 'Viken',\n    parent: 'NO'\n  },\n  {\n    code: 'GB-BFS',\n    name: \"Bel'fast\",\n    parent: 'GB-NIR'\n  }\n]\n")
	var stdout, stderr bytes.Buffer
	if err := run([]string{"-isco", isco, "-countries", countries, "-subdivisions", subdivisions, "-out", dir}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, dir, "names.csv"), "code,name,language\nGB,Reino Unido,es\nGB,Royaume-Uni,fr\nGB,United Kingdom of Great Britain,en\nNA,Namibie,fr\n"; got != want {
		t.Errorf("names:\n%s\nwant\n%s", got, want)
	}
	if got, want := read(t, dir, "occupations.csv"), "code,title,skill_levels\n0,Armed forces,1 2 4\n0110,Officers,4\n14,Hosts,3\n2,Professionals,4\n"; got != want {
		t.Errorf("occupations:\n%s\nwant\n%s", got, want)
	}
	if got, want := read(t, dir, "countries.csv"), "code,alpha3,name\nCI,CIV,Côte d'Ivoire\nGB,GBR,United Kingdom\nNA,NAM,Namibia\n"; got != want {
		t.Errorf("countries:\n%s\nwant\n%s", got, want)
	}
	got := read(t, dir, "subdivisions.csv")
	for _, line := range []string{"GB-BFS,Bel'fast,GB-NIR,\n", "NO-30,Viken,NO,2023-12-31\n", "NO-32,Akershus,NO,\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("subdivisions lack %q", line)
		}
	}
}

func TestAWrongFileIsNamedWithWhatIsMissing(t *testing.T) {
	english, relations := smallESCO(t)
	notes := fileOf(t, "notes.csv", "a,b\n1,2\n")
	noSkills := zipOf(t, "other.zip", map[string]string{"a.csv": "x\n"})
	odd := fileOf(t, "isco.csv", "code,preferredLabel\nX,Unknown\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "no input file given"},
		{[]string{"-esco-en", english}, "belong together"},
		{[]string{"-isco", notes}, `notes.csv: no column "code"`},
		{[]string{"-isco", odd}, `isco.csv, line 2: "X" is not an ISCO-08 code`},
		{[]string{"-subdivisions", notes}, "notes.csv: 0 entries begin"},
		{[]string{"-esco-en", notes, "-esco-relations", relations}, "notes.csv: zip"},
		{[]string{"-esco-en", english, "-esco-relations", noSkills}, "other.zip: no broaderRelationsSkillPillar.csv inside"},
	} {
		var stdout, stderr bytes.Buffer
		err := run(append(c.args, "-out", t.TempDir()), &stdout, &stderr)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want %q", c.args, err, c.want)
		}
	}
}
