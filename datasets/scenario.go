package datasets

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// MaxScenario is the largest scenario file read, in bytes.
const MaxScenario = 256 << 10

// change describes one kind of change of a scenario file: its verb and the keys that go with it.
type change struct {
	verb       string
	needs, may []string // keys beside the verb
	read       func(r *scenarioReader, c *entry) matcher.Act
}

var workersOf = []string{"region", "occupation", "status", "citizenship"}

// changesOf lists the kinds of changes, in the order they are told to users.
func changesOf() []change {
	return []change{
		{"open", nil, nil, (*scenarioReader).open},
		{"close", nil, nil, func(r *scenarioReader, c *entry) matcher.Act {
			return matcher.Shut{ID: r.checked(c, "close", identifier)}
		}},
		{"quota", []string{"to"}, nil, (*scenarioReader).quota},
		{"train", []string{"into"}, workersOf, (*scenarioReader).train},
		{"supply", nil, workersOf, (*scenarioReader).scale},
		{"demand", nil, []string{"region", "occupation", "contract"}, (*scenarioReader).scale},
		{"wages", nil, []string{"region", "occupation"}, (*scenarioReader).scale},
		{"displace", []string{"region", "to"}, []string{"occupation", "status", "citizenship"}, (*scenarioReader).displace},
		{"idle", nil, []string{"region", "occupation", "citizenship"}, func(r *scenarioReader, c *entry) matcher.Act {
			return matcher.Idle{Part: r.part(c, "idle"), Cells: r.cells(c)}
		}},
		{"drop", nil, nil, func(r *scenarioReader, c *entry) matcher.Act {
			return matcher.DropSafeguard{ID: r.checked(c, "drop", identifier)}
		}},
		{"set", []string{"to"}, nil, (*scenarioReader).number},
		{"order", nil, nil, (*scenarioReader).order},
	}
}

// ReadScenario reads a scenario file: YAML, or the same content as JSON. It is as strict as [ReadPolicy]: everything that
// is wrong is told at once, with its line and a hint; the error is a [*Problems] under the name given. Blocs that a change
// names have their members of the middle of the period, a year, which is that of the market it is for.
//
// What a change would touch is found out when it is applied, see [ApplyScenarios].
func ReadScenario(data []byte, name, period string) (*matcher.Scenario, error) {
	r := &scenarioReader{name: name, period: period, problems: &Problems{}, out: &matcher.Scenario{}}
	r.read(data)
	if err := r.problems.asError(); err != nil {
		return nil, err
	}
	return r.out, nil
}

// ApplyScenarios applies scenarios to a market and policy, each to what the one before has made. Files are their names, in
// problems. The error is a [*Problems] with every change of the first scenario at fault that cannot be made or that would
// touch nothing.
func ApplyScenarios(market *matcher.Market, policy matcher.Policy, scenarios []*matcher.Scenario, files []string) (*matcher.Market, matcher.Policy, []matcher.Touched, error) {
	var touched []matcher.Touched
	for i, s := range scenarios {
		var t []matcher.Touched
		var err error
		market, policy, t, err = s.Apply(market, policy)
		if err != nil {
			return nil, matcher.Policy{}, nil, ScenarioProblems(err, files[i])
		}
		touched = append(touched, t...)
	}
	return market, policy, touched, nil
}

// ScenarioProblems says what a [*matcher.ScenarioError] says as [*Problems] of a file; other errors stay what they are.
func ScenarioProblems(err error, file string) error {
	var failed *matcher.ScenarioError
	if !errors.As(err, &failed) {
		return err
	}
	problems := &Problems{}
	for _, e := range failed.List {
		problems.add(Problem{File: file, Row: e.Line, What: e.What, Hint: e.Hint})
	}
	return problems.asError()
}

type scenarioReader struct {
	name, period string
	problems     *Problems
	out          *matcher.Scenario
}

// entry is one change as it stands in the file.
type entry struct {
	line int
	verb string
	keys map[string]*yaml.Node
}

func (r *scenarioReader) report(line int, key, value, what, hint string) {
	r.problems.add(Problem{File: r.name, Row: line, Column: key, Value: value, What: what, Hint: hint})
}

const scenarioHint = "A scenario has name, title and changes; see docs/formats.md"

func (r *scenarioReader) read(data []byte) {
	if len(data) > MaxScenario {
		r.report(0, "", "", "is larger than 256 KB", "A scenario is a few dozen lines; was another file given?")
		return
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		line, what := 0, strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatch(what); m != nil {
			line, _ = strconv.Atoi(m[1]) // the pattern has digits only
			what = strings.Replace(what, m[0], "", 1)
		}
		r.report(line, "", "", "cannot be read as YAML ("+what+")", "Write one key a line, with spaces and not tabs before it, and a hyphen before each change")
		return
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		r.report(0, "", "", "is not a scenario", scenarioHint)
		return
	}
	keys := r.mapping(doc.Content[0], "", []string{"name", "title", "changes"})
	top := &entry{line: doc.Content[0].Line, keys: keys}
	for _, key := range []string{"name", "title", "changes"} {
		if keys[key] == nil {
			r.report(0, "", "", "has no "+key, scenarioHint)
		}
	}
	r.out.Name = r.checked(top, "name", identifier)
	r.out.Title = r.checked(top, "title", text)
	list := keys["changes"]
	switch {
	case list == nil:
	case list.Kind != yaml.SequenceNode:
		r.report(list.Line, "changes", "", "is not a list", "Write each change below it, after a hyphen, as in `- close: visa`")
	case len(list.Content) == 0:
		r.report(list.Line, "changes", "", "is empty", "A scenario without a change is the market as it is")
	default:
		for _, node := range list.Content {
			r.change(node)
		}
	}
}

// mapping reads the keys of a YAML mapping, reporting those that are unknown, twice or not plain.
func (r *scenarioReader) mapping(node *yaml.Node, inside string, known []string) map[string]*yaml.Node {
	found := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		k, v := node.Content[i], node.Content[i+1]
		switch first := found[k.Value]; {
		case k.Kind != yaml.ScalarNode:
			r.report(k.Line, inside, "", "has a key that is not a word", scenarioHint)
		case first != nil:
			r.report(k.Line, inside, k.Value, "is there twice", "Delete one of the two")
		case !slices.Contains(known, k.Value):
			hint := "There may be " + strings.Join(known, ", ")
			if near := nearName(k.Value, known); near != "" {
				hint = "Did you mean " + near + "?"
			}
			r.report(k.Line, inside, k.Value, "is not a key here", hint)
		default:
			found[k.Value] = v
		}
	}
	return found
}

// change reads one change.
func (r *scenarioReader) change(node *yaml.Node) {
	kinds := changesOf()
	verbs := make([]string, len(kinds))
	for i := range kinds {
		verbs[i] = kinds[i].verb
	}
	if node.Kind != yaml.MappingNode {
		r.report(node.Line, "changes", node.Value, "is not a change", "A change begins with one of "+strings.Join(verbs, ", ")+", as in `- close: visa`")
		return
	}
	at := -1
	for i := 0; i < len(node.Content); i += 2 {
		verb := slices.Index(verbs, node.Content[i].Value)
		switch {
		case verb < 0, verb == at: // a verb that is there twice is told as any other key
		case at >= 0:
			r.report(node.Line, "changes", "", "has both "+verbs[at]+" and "+verbs[verb], "Write each change after a hyphen of its own")
			return
		default:
			at = verb
		}
	}
	if at < 0 {
		hint := "A change begins with one of " + strings.Join(verbs, ", ")
		first := ""
		if len(node.Content) > 0 {
			first = node.Content[0].Value
			if near := nearName(first, verbs); near != "" {
				hint = "Did you mean " + near + "?"
			}
		}
		r.report(node.Line, "changes", first, "is not a change", hint)
		return
	}
	kind := &kinds[at]
	c := &entry{line: node.Line, verb: kind.verb, keys: r.mapping(node, kind.verb, append([]string{kind.verb}, slices.Concat(kind.needs, kind.may)...))}
	for _, need := range kind.needs {
		if c.keys[need] == nil {
			r.report(node.Line, kind.verb, "", "needs "+need, "Add a line `"+need+": …` below it")
		}
	}
	if act := kind.read(r, c); act != nil {
		r.out.Changes = append(r.out.Changes, matcher.Change{Line: node.Line, Act: act})
	}
}

// scalar is the text of a key; "" where the key is not there, or is no single value, which is told.
func (r *scenarioReader) scalar(c *entry, key string) (string, int) {
	v := c.keys[key]
	if v == nil {
		return "", 0
	}
	s := strings.TrimSpace(v.Value)
	if v.Kind != yaml.ScalarNode || v.Tag == "!!null" || s == "" {
		r.report(v.Line, key, "", "has no value", "Write it as one value, as in `"+key+": …`, or delete the line")
		return "", 0
	}
	return s, v.Line
}

// checked is the text of a key in canonical form.
func (r *scenarioReader) checked(c *entry, key string, how check) string {
	s, line := r.scalar(c, key)
	if s == "" {
		return ""
	}
	canonical, f := how(s)
	if f != nil {
		r.report(line, key, s, f.what, f.advice())
	}
	return canonical
}

// words is a list: a YAML one, or words with spaces between them as in the files of a market directory.
func (r *scenarioReader) words(c *entry, key string, how check) []string {
	v := c.keys[key]
	if v == nil {
		return nil
	}
	if v.Kind == yaml.ScalarNode {
		return strings.Fields(r.checked(c, key, list(how)))
	}
	var out []string
	for _, item := range v.Content {
		out = append(out, strings.Fields(r.checked(&entry{keys: map[string]*yaml.Node{key: item}}, key, list(how)))...)
	}
	return out
}

// cells reads the pattern of a change. A bloc is its members in the period.
func (r *scenarioReader) cells(c *entry) matcher.Cells {
	out := matcher.Cells{
		Occupations: r.words(c, "occupation", occupation),
		Status:      r.checked(c, "status", word("unemployed", "employed", "graduate", "jobseeker")),
		Citizenship: r.checked(c, "citizenship", country),
		Contract:    r.checked(c, "contract", contract),
	}
	for _, name := range r.words(c, "region", place) {
		if b, ok := codes.BlocByID(name); ok {
			out.Regions = append(out.Regions, b.On(midYear(r.period))...)
		} else if name != "*" {
			out.Regions = append(out.Regions, name)
		}
	}
	return out
}

func (r *scenarioReader) order(c *entry) matcher.Act {
	words := make([]string, 0, 3)
	for _, o := range matcher.Orders() {
		words = append(words, string(o))
	}
	return matcher.SetOrder{Order: matcher.Order(r.checked(c, "order", word(words...)))}
}

func (r *scenarioReader) scale(c *entry) matcher.Act {
	amount := r.amount(c, c.verb, fmt.Sprintf("`%s: x1.1`, `+200`, `-10 %%` or `=300`", c.verb))
	return matcher.Scale{What: c.verb, Amount: amount, Cells: r.cells(c)}
}

func (r *scenarioReader) quota(c *entry) matcher.Act {
	q := matcher.SetQuota{ID: r.checked(c, "quota", identifier)}
	if s, _ := r.scalar(c, "to"); s == "none" {
		q.Lift = true
		return q
	}
	q.Amount = r.amount(c, "to", "`to: 500`, `to: none` to lift it, or a change such as `to: +100`")
	return q
}

func (r *scenarioReader) train(c *entry) matcher.Act {
	count, _ := strconv.ParseInt(r.checked(c, "train", whole(1, maxCount, "count")), 10, 64) // 0 has been told
	return matcher.Train{Count: count, Into: r.checked(c, "into", occupation), Cells: r.cells(c)}
}

func (r *scenarioReader) displace(c *entry) matcher.Act {
	return matcher.Displace{Part: r.part(c, "displace"), To: r.checked(c, "to", region), Cells: r.cells(c)}
}
