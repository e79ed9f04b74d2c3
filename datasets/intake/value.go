package intake

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/datasets/codes"
)

// Value says where a cell comes from: a constant, or a column of the source.
type Value struct {
	Constant string `yaml:"-"`
	Column   string `yaml:"column,omitempty"`
	// Map turns the source's words or codes into ours. What it does not have is looked up in From, if that is stated too,
	// and else is unmapped.
	Map map[string]string `yaml:"map,omitempty"`
	// Assumed marks rows whose code is from Map as assumed, where the mapping is no publisher's.
	Assumed bool `yaml:"assumed,omitempty"`
	// From is the classification whose codes the column has, for occupations and regions: isco08, kldb2010 …, or
	// region for codes and English names of regions. It is empty where Eras say it.
	From string `yaml:"from,omitempty"`
	// Eras are the classifications of a source that went over to another one, in the order of time. In YAML they stand in
	// the place of from, as in from: {until 2020: soc2010, since 2021: soc2018}.
	Eras []Era `yaml:"-"`
	// Level is how many digits its codes have, which tells 110 with a lost zero from a coarser code.
	Level int `yaml:"level,omitempty"`
	// Inside finds the code in a text, as in 6322-Cooks.
	Inside bool `yaml:"inside,omitempty"`
	// Cut keeps a part of the text: the first Cut characters, as in 2017 of 2017-Q3.
	Cut int `yaml:"cut,omitempty"`
	// Times multiplies figures stated in thousands, hundreds …
	Times int64 `yaml:"times,omitempty"`
	// Minus subtracts the figure of another column.
	Minus string `yaml:"minus,omitempty"`
	// Else is where the cell comes from in rows where this column has nothing, or nothing that is known; in YAML a
	// constant or a column. That it was needed is told.
	Else *Value `yaml:"else,omitempty"`
}

// plainValue is a Value without its methods.
type plainValue Value

// valueKeys are the keys of a column in YAML.
var valueKeys = []string{"column", "map", "from", "level", "inside", "cut", "times", "minus", "assumed", "else"}

// UnmarshalYAML reads a constant from a scalar.
func (v *Value) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		v.Constant = n.Value
		return nil
	}
	plain := *n
	plain.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, to := n.Content[i], n.Content[i+1]
		if k.Value != "<<" && !slices.Contains(valueKeys, k.Value) {
			return fmt.Errorf("line %d: field %s not found in a column; use %s", k.Line, k.Value, strings.Join(valueKeys, ", "))
		}
		if k.Value == "from" && to.Kind == yaml.MappingNode {
			for j := 0; j+1 < len(to.Content); j += 2 {
				e, err := eraOf(to.Content[j].Value, to.Content[j+1].Value)
				if err != nil {
					return fmt.Errorf("line %d: %w", to.Content[j].Line, err)
				}
				v.Eras = append(v.Eras, e)
			}
			continue
		}
		plain.Content = append(plain.Content, k, to)
	}
	if err := plain.Decode((*plainValue)(v)); err != nil {
		return err //nolint:wrapcheck // yaml's own, with its line
	}
	if v.Column == "" {
		return fmt.Errorf("line %d: says nothing of the column it comes from", n.Line)
	}
	return nil
}

// MarshalYAML writes a constant as a scalar.
func (v Value) MarshalYAML() (any, error) {
	if v.Column == "" {
		return v.Constant, nil
	}
	if len(v.Eras) == 0 {
		return plainValue(v), nil
	}
	eras := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, e := range v.Eras {
		eras.Content = append(eras.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: e.String()}, &yaml.Node{Kind: yaml.ScalarNode, Value: e.From})
	}
	var n yaml.Node
	if err := n.Encode(plainValue(v)); err != nil {
		return nil, err //nolint:wrapcheck // yaml's own
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "from"}, eras)
	return &n, nil
}

// classes are the classifications whose codes the column has, in order of time; none where it has no codes.
func (v *Value) classes() []string {
	if len(v.Eras) == 0 {
		if v.From == "" {
			return nil
		}
		return []string{v.From}
	}
	out := make([]string, len(v.Eras))
	for i, e := range v.Eras {
		out[i] = e.From
	}
	return out
}

// from is the classification of the column in a period; "" where there is none. Periods are compared by their year.
func (v *Value) from(period string) string {
	if len(v.Eras) == 0 {
		return v.From
	}
	period = period[:min(4, len(period))]
	for _, e := range v.Eras {
		if (e.Since == "" || period >= e.Since) && (e.Until == "" || period <= e.Until) {
			return e.From
		}
	}
	return ""
}

// Era is a time in which a source used one classification: from the year Since to the year Until, both with it. An empty
// one has no such end.
type Era struct{ Since, Until, From string }

// eraOf reads "until 2020", "2011 to 2020" or "since 2021".
func eraOf(when, from string) (Era, error) {
	words := strings.Fields(when)
	e := Era{From: from}
	switch {
	case len(words) == 2 && words[0] == "until" && isYear(words[1]):
		e.Until = words[1]
	case len(words) == 2 && words[0] == "since" && isYear(words[1]):
		e.Since = words[1]
	case len(words) == 3 && words[1] == "to" && isYear(words[0]) && isYear(words[2]) && words[0] <= words[2]:
		e.Since, e.Until = words[0], words[2]
	default:
		return e, fmt.Errorf("%q is no time; write until 2020, 2011 to 2020 or since 2021", when)
	}
	return e, nil
}

func (e Era) String() string {
	switch {
	case e.Since == "":
		return "until " + e.Until
	case e.Until == "":
		return "since " + e.Since
	}
	return e.Since + " to " + e.Until
}

// figure is whether the value is a number of the source's.
func (v *Value) figure(column string) bool { return v.Column != "" && figures[column] }

// figures are the columns of tables whose cells are amounts.
var figures = map[string]bool{
	"count": true, "wage": true, "outside": true, "months": true, "coverage": true, "fit": true, "training_months": true, "quota": true,
	"cost_worker": true, "cost_employer": true, "days": true, "amount": true, "wage_growth": true, "vacancy_days": true, "price_level": true,
}

// froms are the classifications a column may come from.
func froms() []string {
	out := []string{fromRegion}
	for _, c := range codes.Classifications() {
		out = append(out, c.ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
