package datasets

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/matcher"
)

// causeNames are the names of the lifts, as cause_order lists them.
func causeNames(order []matcher.Cause) []string {
	names := make([]string, len(order))
	for i, c := range order {
		names[i] = c.String()
	}
	return names
}

// causeOrder reads the order in which causes are looked for: a list of all of them, each once.
func (p *policyReader) causeOrder(v *yaml.Node) {
	names := causeNames(matcher.Lifts())
	var order []matcher.Cause
	for _, item := range v.Content {
		c, known := matcher.ParseCause(item.Value)
		if v.Kind != yaml.SequenceNode || !known || slices.Contains(order, c) {
			break
		}
		order = append(order, c)
	}
	trial := matcher.DefaultPolicy()
	if trial.CauseOrder = order; len(order) != len(names) || len(v.Content) != len(names) || trial.Validate() != nil {
		p.report(v.Line, "cause_order", v.Value, "does not name each cause once", "Write all of them in one line, as in `cause_order: ["+strings.Join(names, ", ")+"]`")
		return
	}
	p.out.CauseOrder = order
}
