package datasets

import (
	"bytes"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"

	"labourmatch/matcher"
)

// WriteScenario writes a scenario as a file that [ReadScenario] reads as the same changes. A scenario without a name or title has none in the
// file either, and is refused when it is read. The error is of a change that no file can say.
func WriteScenario(s *matcher.Scenario) ([]byte, error) {
	changes := &yaml.Node{Kind: yaml.SequenceNode}
	for _, c := range s.Changes {
		keys, err := keysOf(c.Act)
		if err != nil {
			return nil, fmt.Errorf("write scenario %s: %w", s.Name, err)
		}
		changes.Content = append(changes.Content, keys.node())
	}
	top := pairs{{"name", scalarNode(s.Name)}, {"title", scalarNode(s.Title)}, {"changes", changes}}
	var b bytes.Buffer
	out := yaml.NewEncoder(&b)
	out.SetIndent(2)
	if err := out.Encode(top.node()); err != nil {
		return nil, fmt.Errorf("write scenario %s: %w", s.Name, err)
	}
	return b.Bytes(), nil
}

// pairs are the keys of a mapping in the order they are written.
type pairs []struct {
	key   string
	value *yaml.Node
}

func (p *pairs) add(key string, value *yaml.Node) {
	*p = append(*p, struct {
		key   string
		value *yaml.Node
	}{key, value})
}

// say adds what is not empty.
func (p *pairs) say(key, value string) {
	if value != "" {
		p.add(key, scalarNode(value))
	}
}

func (p *pairs) words(key string, words []string) {
	if len(words) == 0 {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, w := range words {
		list.Content = append(list.Content, scalarNode(w))
	}
	p.add(key, list)
}

func (p *pairs) cells(c *matcher.Cells) {
	p.words("region", c.Regions)
	p.words("occupation", c.Occupations)
	p.say("status", c.Status)
	p.say("citizenship", c.Citizenship)
	p.say("contract", c.Contract)
}

func (p *pairs) node() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, x := range *p {
		n.Content = append(n.Content, scalarNode(x.key), x.value)
	}
	return n
}

// scalarNode is text, quoted where YAML would read it as something else, as NO for false.
func scalarNode(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// keysOf are the keys of a change, its verb first.
func keysOf(act matcher.Act) (*pairs, error) {
	p := &pairs{}
	switch a := act.(type) {
	case matcher.Open:
		if a.New == nil {
			p.say("open", a.ID)
			break
		}
		p.add("open", newChannelKeys(a.New).node())
	case matcher.Shut:
		p.say("close", a.ID)
	case matcher.SetQuota:
		p.say("quota", a.ID)
		if a.Lift {
			p.say("to", "none")
		} else {
			p.say("to", amountText(a.Amount))
		}
	case matcher.Train:
		p.say("train", strconv.FormatInt(a.Count, 10))
		p.say("into", a.Into)
		p.cells(&a.Cells)
	case matcher.Scale:
		p.say(a.What, amountText(a.Amount))
		p.cells(&a.Cells)
	case matcher.Displace:
		p.say("displace", a.Part.String())
		p.say("to", a.To)
		p.cells(&a.Cells)
	case matcher.Idle:
		p.say("idle", a.Part.String())
		p.cells(&a.Cells)
	case matcher.DropSafeguard:
		p.say("drop", a.ID)
	case matcher.SetNumber:
		p.say("set", a.Name)
		p.say("to", strconv.FormatFloat(a.Value, 'f', -1, 64))
	case matcher.SetOrder:
		p.say("order", string(a.Order))
	default:
		return nil, fmt.Errorf("a %T has no verb in a scenario file", act)
	}
	return p, nil
}

// amountText writes an amount as files do, `x1.1` for times.
func amountText(m matcher.Amount) string {
	if m.Kind == matcher.Times {
		return "x" + strconv.FormatFloat(m.Value, 'f', -1, 64)
	}
	return m.String()
}

// newChannelKeys are the columns of channels.csv that a channel which is new states; the rest is the scenario's to say.
func newChannelKeys(c *matcher.Channel) *pairs {
	p := &pairs{}
	number := func(key string, n *int64) {
		if n != nil {
			p.say(key, strconv.FormatInt(*n, 10))
		}
	}
	p.say("id", c.ID)
	p.say("title", c.Title)
	p.say("kind", c.Kind)
	p.words("origins", c.Origins)
	p.words("destinations", c.Destinations)
	p.words("occupations", c.Occupations)
	p.say("recruitment", c.Recruitment)
	p.say("contract", c.Contract)
	if c.Months > 0 {
		p.say("months", strconv.Itoa(c.Months))
	}
	number("quota", c.Quota)
	p.say("quota_of", c.QuotaOf)
	number("cost_worker", c.CostWorker)
	number("cost_employer", c.CostEmployer)
	p.words("protections", c.Protections)
	p.say("agreement", c.Agreement)
	return p
}
