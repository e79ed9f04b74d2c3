package datasets

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/matcher"
)

// DefaultAsOfYears is how many years apart rows of another year may be without consent.
const DefaultAsOfYears = 5

// maxPolicy is the largest policy file read, in bytes.
const maxPolicy = 64 << 10

// Settings is what a policy.yaml states: the engine's policy, and what the reader of a market directory has to know.
type Settings struct {
	matcher.Policy
	// Title names the market; empty: its countries and period.
	Title string
	// Period is the year the market stands for; empty: the most frequent one among vacancies.
	Period string
	// AsOfYears is how many years from Period a row may be and still stand for it.
	AsOfYears int
	// SplitLike is the country by whose shares rows coarser than the level are split where their own has no finer ones.
	SplitLike string
	// Given are the keys the file has, in the order reports print them; all others are defaults.
	Given []string
}

// DefaultSettings are those of a market directory without a policy.yaml.
func DefaultSettings() Settings {
	return Settings{Policy: matcher.DefaultPolicy(), AsOfYears: DefaultAsOfYears}
}

// ReadPolicy reads a policy.yaml, or the same content as JSON, which is YAML too. It is strict: a key that is not
// known is a problem with its line and a hint, not a setting silently without effect. Anything not stated has its
// default. The error is a [*Problems] under the name given.
//
// A number is stated either plainly, which marks it assumed with policy.yaml as its source, or with value, unit,
// source, date, assumed and text; then it is assumed unless a source is given.
func ReadPolicy(data []byte, name string) (Settings, error) {
	p := policyReader{name: name, problems: &Problems{}, out: DefaultSettings()}
	p.read(data)
	if err := p.problems.asError(); err != nil {
		return Settings{}, err
	}
	return p.out, nil
}

type policyReader struct {
	name     string
	problems *Problems
	out      Settings
}

func (p *policyReader) report(line int, key, value, what, hint string) {
	p.problems.add(Problem{File: p.name, Row: line, Column: key, Value: value, What: what, Hint: hint})
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// document is the content of a YAML file; nil where it is empty, or no YAML, which is reported.
func (p *policyReader) document(data []byte, what string) *yaml.Node {
	if len(data) > maxPolicy {
		p.report(0, "", "", "is larger than 64 KB", what+" is a few dozen lines; was another file given this name?")
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		line, fault := 0, strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatch(fault); m != nil {
			line, _ = strconv.Atoi(m[1]) // the pattern has digits only
			fault = strings.Replace(fault, m[0], "", 1)
		}
		p.report(line, "", "", "cannot be read as YAML ("+fault+")", "Write one setting a line, as in `mobile: 0.02`, with spaces and not tabs before it")
		return nil
	}
	if doc.Kind == 0 || len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil
	}
	return doc.Content[0]
}

func (p *policyReader) read(data []byte) {
	doc := p.document(data, "A policy")
	if doc == nil {
		return // an empty policy is the default
	}
	numbers := p.out.Numbers()
	keys := []string{"title", "period", "order", "cause_order", "as_of_years", "split_like"}
	for _, n := range numbers {
		keys = append(keys, n.Name)
	}
	p.mapping(doc, "", keys, func(key string, v *yaml.Node) {
		p.out.Given = append(p.out.Given, key)
		switch key {
		case "title":
			if s, ok := p.scalar(key, v); ok {
				p.out.Title, _ = p.checked(key, s, v, text)
			}
		case "period":
			if s, ok := p.scalar(key, v); ok {
				p.out.Period, _ = p.checked(key, s, v, year)
			}
		case "order":
			p.order(v)
		case "cause_order":
			p.causeOrder(v)
		case "split_like":
			if s, ok := p.scalar(key, v); ok {
				p.out.SplitLike, _ = p.checked(key, s, v, country)
			}
		case "as_of_years":
			if s, ok := p.scalar(key, v); ok {
				if s, ok := p.checked(key, s, v, whole(0, 100, "years")); ok {
					p.out.AsOfYears, _ = strconv.Atoi(s) // whole has checked it
				}
			}
		default:
			p.number(numbers[slices.IndexFunc(numbers, func(n matcher.NamedNumber) bool { return n.Name == key })], v)
		}
	})
	slices.SortFunc(p.out.Given, func(a, b string) int { return slices.Index(keys, a) - slices.Index(keys, b) })
}

// mapping walks a YAML mapping, reporting keys that are unknown, twice or not plain.
func (p *policyReader) mapping(node *yaml.Node, inside string, keys []string, each func(key string, v *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		p.report(node.Line, inside, "", "is not a list of settings", "Write one setting a line, as in `mobile: 0.02`")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		k, v := node.Content[i], node.Content[i+1]
		column := k.Value
		if inside != "" {
			column = inside + "." + k.Value
		}
		switch first := seen[k.Value]; {
		case k.Kind != yaml.ScalarNode:
			p.report(k.Line, inside, "", "has a setting without a name", "Write one setting a line, as in `mobile: 0.02`")
			continue
		case first > 0:
			p.report(k.Line, column, "", fmt.Sprintf("is set twice, first in line %d", first), "Delete one of the two")
			continue
		case !slices.Contains(keys, k.Value):
			hint := "The settings are " + strings.Join(keys, ", ")
			if near := nearName(k.Value, keys); near != "" {
				hint = "Did you mean " + near + "?"
			}
			p.report(k.Line, inside, k.Value, "is not a setting", hint)
		default:
			each(k.Value, v)
		}
		seen[k.Value] = k.Line
	}
}

func (p *policyReader) scalar(key string, v *yaml.Node) (string, bool) {
	if v.Kind == yaml.ScalarNode && v.Tag != "!!null" && strings.TrimSpace(v.Value) != "" {
		return strings.TrimSpace(v.Value), true
	}
	if v.Kind == yaml.ScalarNode {
		p.report(v.Line, key, "", "is empty", "Give it a value, or delete the line to have the default")
	} else {
		p.report(v.Line, key, "", "is not a single value", "Write it as one value, as in `"+key+": …`")
	}
	return "", false
}

func (p *policyReader) checked(key, s string, v *yaml.Node, c check) (string, bool) {
	canonical, f := c(s)
	if f != nil {
		p.report(v.Line, key, s, f.what, f.advice())
		return "", false
	}
	return canonical, true
}

func (p *policyReader) order(v *yaml.Node) {
	words := make([]string, 0, 3)
	for _, o := range matcher.Orders() {
		words = append(words, string(o))
	}
	if s, ok := p.scalar("order", v); ok {
		if s, ok := p.checked("order", s, v, word(words...)); ok {
			p.out.Order = matcher.Order(s)
		}
	}
}

func (p *policyReader) number(n matcher.NamedNumber, v *yaml.Node) {
	old := *n.Number
	if v.Kind != yaml.MappingNode {
		if s, ok := p.scalar(n.Name, v); ok {
			p.value(n, n.Name, s, v)
			n.Source, n.Date, n.Assumed = PolicyFile, "", true
		}
		return
	}
	n.Source, n.Date = "", ""
	valued, stated := false, false
	p.mapping(v, n.Name, []string{"value", "unit", "source", "date", "assumed", "text"}, func(key string, v *yaml.Node) {
		column := n.Name + "." + key
		s, ok := p.scalar(column, v)
		if !ok {
			valued = valued || key == "value" // empty has been told
			return
		}
		switch key {
		case "value":
			valued = true
			p.value(n, column, s, v)
		case "unit":
			if s != old.Unit {
				p.report(v.Line, column, s, "is not the unit of "+n.Name, "The program takes it in "+old.Unit+": convert the value, or delete the line")
			}
		case "source":
			n.Source, _ = p.checked(column, s, v, text)
		case "date":
			n.Date, _ = p.checked(column, s, v, date)
		case "text":
			n.Text, _ = p.checked(column, s, v, text)
		case "assumed":
			yes, _ := p.checked(column, s, v, yesNo)
			n.Assumed, stated = yes == "yes", true
		}
	})
	if !valued {
		p.report(v.Line, n.Name, "", "has no value", "Add a line `value: …` below it")
	}
	if !stated {
		n.Assumed = n.Source == ""
	}
	if n.Source == "" {
		n.Source = PolicyFile
	}
}

// value reads a policy number and checks its range by the engine's own rule.
func (p *policyReader) value(n matcher.NamedNumber, column, s string, v *yaml.Node) {
	x, err := strconv.ParseFloat(s, 64)
	if _, plain := parseMicro(strings.TrimPrefix(s, "-")); err != nil || math.IsInf(x, 0) || math.IsNaN(x) || !plain {
		f := numberFault(s, "number")
		p.report(v.Line, column, s, f.what, f.advice())
		return
	}
	trial := matcher.DefaultPolicy()
	for _, t := range trial.Numbers() {
		if t.Name == n.Name {
			t.Value = x
		}
	}
	if err := trial.Validate(); err != nil {
		_, rule, _ := strings.Cut(err.Error(), "; it must ")
		hint := "It must " + rule
		if rule == "" {
			hint = err.Error()
		}
		p.report(v.Line, column, s, "is out of range", hint)
		return
	}
	n.Value = x
}

// errNoSetting is for callers who write a policy by hand.
var errNoSetting = errors.New("not a setting of policy.yaml")

// WritePolicy is the canonical policy.yaml of settings: what is Given, no more, so that a default stays a default and
// reading it back gives the same settings. To pin every number, list them all in Given.
func WritePolicy(s Settings) ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	put := func(m *yaml.Node, key string, value any) error {
		v := &yaml.Node{}
		if err := v.Encode(value); err != nil {
			return fmt.Errorf("writing policy.yaml, %s: %w", key, err)
		}
		m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, v)
		return nil
	}
	numbers := s.Numbers()
	for _, key := range s.Given {
		var err error
		switch key {
		case "title":
			err = put(root, key, s.Title)
		case "period":
			err = put(root, key, s.Period)
		case "order":
			err = put(root, key, string(s.Order))
		case "cause_order":
			err = put(root, key, causeNames(s.CauseOrder))
		case "as_of_years":
			err = put(root, key, s.AsOfYears)
		case "split_like":
			err = put(root, key, s.SplitLike)
		default:
			i := slices.IndexFunc(numbers, func(n matcher.NamedNumber) bool { return n.Name == key })
			if i < 0 {
				return nil, fmt.Errorf("%s: %w", key, errNoSetting)
			}
			n := numbers[i]
			m := &yaml.Node{Kind: yaml.MappingNode}
			for _, f := range []struct {
				key   string
				value any
				have  bool
			}{
				{"value", &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(n.Value, 'f', -1, 64)}, true},
				{"unit", n.Unit, true},
				{"source", n.Source, n.Source != ""},
				{"date", n.Date, n.Date != ""},
				{"assumed", n.Assumed, true},
				{"text", n.Text, n.Text != ""},
			} {
				if f.have {
					err = errors.Join(err, put(m, f.key, f.value))
				}
			}
			root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, m)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(root.Content) == 0 {
		return []byte("{}\n"), nil
	}
	out, err := yaml.Marshal(root)
	if err != nil {
		return nil, fmt.Errorf("writing policy.yaml: %w", err)
	}
	return out, nil
}
