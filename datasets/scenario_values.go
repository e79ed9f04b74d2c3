package datasets

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/matcher"
)

// The values of a scenario file: amounts, parts, numbers of the policy, and channels that are new.

// amountForm is a change of a number: `x1.1` (or `×1.1`), `+200`, `-200`, `=300`, `+10 %`, `-10 %`; plain digits are `=`.
var amountForm = regexp.MustCompile(`^([x×+=-]?)\s*(\d{1,13}(?:\.\d{1,6})?)\s*(%?)$`)

func (r *scenarioReader) amount(c *entry, key, examples string) matcher.Amount {
	s, line := r.scalar(c, key)
	if s == "" {
		return matcher.Amount{}
	}
	m := amountForm.FindStringSubmatch(s)
	if m == nil {
		r.report(line, key, s, "is not an amount", "Write "+examples)
		return matcher.Amount{}
	}
	v, err := strconv.ParseFloat(m[2], 64)
	switch {
	case err != nil || v > maxCount:
		r.report(line, key, s, "is far too large", "The most a number may be is "+grouped(maxCount))
	case m[3] == "%" && m[1] == "+":
		return matcher.Amount{Kind: matcher.Times, Value: (100 + v) / 100}
	case m[3] == "%" && m[1] == "-" && v <= 100:
		return matcher.Amount{Kind: matcher.Times, Value: (100 - v) / 100}
	case m[3] == "%":
		r.report(line, key, s, "is a percentage that says not of what", "Write `+10 %` or `-10 %` for a tenth more or less")
	case m[1] == "x" || m[1] == "×":
		return matcher.Amount{Kind: matcher.Times, Value: v}
	case m[1] == "+":
		return matcher.Amount{Kind: matcher.Plus, Value: v}
	case m[1] == "-":
		return matcher.Amount{Kind: matcher.Plus, Value: -v}
	case m[1] == "" && key != "to":
		r.report(line, key, s, "does not say whether it is more or all", "Write "+examples)
	default:
		return matcher.Amount{Kind: matcher.Exactly, Value: v}
	}
	return matcher.Amount{}
}

// part reads `500` or `20 %`.
func (r *scenarioReader) part(c *entry, key string) matcher.Part {
	s, line := r.scalar(c, key)
	if s == "" {
		return matcher.Part{}
	}
	m := amountForm.FindStringSubmatch(s)
	if m != nil && m[1] == "" {
		v, err := strconv.ParseFloat(m[2], 64)
		switch {
		case err != nil || v == 0:
		case m[3] == "%" && v <= 100:
			return matcher.Part{Share: v / 100}
		case m[3] == "" && v == float64(int64(v)) && v <= maxCount:
			return matcher.Part{Count: int64(v)}
		}
	}
	r.report(line, key, s, "is not a part of the workers", "Write how many, as in `"+key+": 500`, or a share, as in `"+key+": 20 %`")
	return matcher.Part{}
}

// number reads `set: mobile` and `to: 0.05`; the policy's own rule checks the range.
func (r *scenarioReader) number(c *entry) matcher.Act {
	policy := policyReader{name: r.name, problems: r.problems, out: DefaultSettings()}
	numbers := policy.out.Numbers()
	names := make([]string, len(numbers))
	for i := range numbers {
		names[i] = numbers[i].Name
	}
	name, line := r.scalar(c, "set")
	at := slices.Index(names, name)
	if name != "" && at < 0 {
		hint := "The numbers are " + strings.Join(names, ", ")
		if near := nearName(name, names); near != "" {
			hint = "Did you mean " + near + "?"
		}
		r.report(line, "set", name, "is not a number of the policy", hint)
	}
	s, _ := r.scalar(c, "to")
	if s == "" || at < 0 {
		return nil
	}
	policy.value(numbers[at], "to", s, c.keys["to"])
	return matcher.SetNumber{Name: name, Value: numbers[at].Value}
}

// open reads the name of a channel, or a channel that is new as a list of columns of channels.csv. What every channel has to state but a
// plan cannot, its source and date, is the scenario; it is in force unless it says otherwise.
func (r *scenarioReader) open(c *entry) matcher.Act {
	node := c.keys["open"]
	if node.Kind != yaml.MappingNode {
		return matcher.Open{ID: r.checked(c, "open", identifier)}
	}
	table, _ := TableFor(ChannelsFile)
	names := table.Names()
	own := []string{"source", "date", "licence", "assumed"} // what the scenario says for all its changes
	keys := r.mapping(node, "open", slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(own, name) }))
	row := make([]string, len(names))
	for i, name := range names {
		if keys[name] == nil {
			continue
		}
		if keys[name].Kind == yaml.SequenceNode {
			words := make([]string, len(keys[name].Content))
			for k, item := range keys[name].Content {
				words[k] = item.Value
			}
			row[i] = strings.Join(words, " ")
		} else {
			row[i], _ = r.scalar(&entry{keys: keys}, name)
		}
	}
	fill := func(column, value string) {
		if at := table.index(column); row[at] == "" {
			row[at] = value
		}
	}
	fill("title", r.out.Title)
	fill("in_force", "yes")
	fill("source", "scenario "+r.out.Name)
	fill("date", r.period)
	fill("assumed", "yes")
	if row[table.index("quota")] != "" {
		fill("quota_of", matcher.QuotaEach)
	}
	d := NewDirectory()
	checked, ok := newRowReader(table, r.name, r.problems, usualLimits()).stored(node.Line, row)
	if !ok {
		return nil
	}
	d.keep(d.set(table), node.Line, slices.Clone(checked))
	channel := d.channels(4, &noteBook{})[0]
	channel.Date = ""
	return matcher.Open{ID: channel.ID, New: &channel, Blocs: d.blocs(&matcher.Market{Period: r.period, Channels: []matcher.Channel{channel}})}
}
