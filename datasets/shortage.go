package datasets

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"labourmatch/matcher"
)

// ShortageFile is the rule of a market directory for what counts as a shortage. It may be missing: then the embedded
// rule counts.
const ShortageFile = "shortage.yaml"

//go:embed shortage.yaml
var defaultShortage []byte

// DefaultShortageRule is the embedded rule. All its numbers are marked assumed.
func DefaultShortageRule() matcher.ShortageRule {
	rule, err := ReadShortageRule(defaultShortage, ShortageFile)
	if err != nil {
		panic("datasets: the embedded rule of shortages cannot be read: " + err.Error())
	}
	return rule
}

// ReadShortageRule reads a shortage.yaml. It is as strict as [ReadPolicy]: what is not known is a problem with its line,
// and so is what is missing, since a rule with half its numbers from elsewhere would be nobody's. The error is a
// [*Problems] under the name given.
func ReadShortageRule(data []byte, name string) (matcher.ShortageRule, error) {
	r := shortageReader{policyReader{name: name, problems: &Problems{}}}
	rule := r.rule(data)
	if err := r.problems.asError(); err != nil {
		return matcher.ShortageRule{}, err
	}
	return rule, nil
}

// shortageReader is a policyReader for another file of the same manners.
type shortageReader struct{ policyReader }

var shortageKeys = []string{"title", "cut_off", "least_openings", "least_weight", "steps", "indicators", "source", "date", "licence", "assumed"}

func (r *shortageReader) rule(data []byte) (rule matcher.ShortageRule) {
	doc := r.document(data, "A rule")
	if doc == nil {
		if len(r.problems.List) == 0 {
			r.report(0, "", "", "is empty", "Write a rule, or delete the file to have the default")
		}
		return rule
	}
	given := map[string]bool{}
	r.mapping(doc, "", shortageKeys, func(key string, v *yaml.Node) {
		given[key] = true
		if key == "indicators" {
			rule.Indicators = r.indicators(v)
			return
		}
		s, ok := r.scalar(key, v)
		if !ok {
			return
		}
		switch key {
		case "title":
			rule.Title, _ = r.checked(key, s, v, text)
		case "cut_off":
			rule.CutOff = r.real(key, s, v, number(1, micro, "share"))
		case "least_weight":
			rule.LeastWeight = r.real(key, s, v, share)
		case "least_openings":
			rule.LeastOpenings = int64(r.real(key, s, v, whole(1, 1_000_000, "count")))
		case "steps":
			rule.Steps = int(r.real(key, s, v, whole(1, matcher.MaxSteps, "steps")))
		case "source":
			rule.Source, _ = r.checked(key, s, v, text)
		case "date":
			rule.Date, _ = r.checked(key, s, v, date)
		case "licence":
			rule.Licence, _ = r.checked(key, s, v, text)
		case "assumed":
			yes, _ := r.checked(key, s, v, yesNo)
			rule.Assumed = yes == "yes"
		}
	})
	for _, key := range []string{"title", "cut_off", "least_openings", "least_weight", "steps", "indicators", "source"} {
		if !given[key] {
			r.report(0, key, "", "is missing", "A rule states all of "+strings.Join(shortageKeys[:7], ", "))
		}
	}
	if len(r.problems.List) == 0 {
		if err := rule.Validate(); err != nil {
			r.report(0, "", "", "cannot be meant: "+err.Error(), "")
		}
	}
	return rule
}

func (r *shortageReader) indicators(v *yaml.Node) (scales []matcher.IndicatorScale) {
	var names []string
	for _, i := range matcher.Indicators() {
		names = append(names, string(i))
	}
	r.mapping(v, "indicators", names, func(name string, v *yaml.Node) {
		scale, inside := matcher.IndicatorScale{Indicator: matcher.Indicator(name)}, "indicators."+name
		given := 0
		r.mapping(v, inside, []string{"weight", "none", "full"}, func(key string, v *yaml.Node) {
			given++
			column := inside + "." + key
			s, ok := r.scalar(column, v)
			if !ok {
				return
			}
			switch key {
			case "weight":
				scale.Weight = r.real(column, s, v, number(0, 1000*micro, "weight"))
			case "none":
				scale.None = r.real(column, s, v, signed)
			case "full":
				scale.Full = r.real(column, s, v, signed)
			}
		})
		if given != 3 && v.Kind == yaml.MappingNode {
			r.report(v.Line, inside, "", "has not all of weight, none and full", "Say what it weighs, at which figure it has no points, and at which all")
		}
		scales = append(scales, scale)
	})
	slices.SortFunc(scales, func(a, b matcher.IndicatorScale) int {
		return slices.Index(names, string(a.Indicator)) - slices.Index(names, string(b.Indicator))
	})
	return scales
}

func (r *shortageReader) real(key, s string, v *yaml.Node, c check) float64 {
	s, ok := r.checked(key, s, v, c)
	if !ok {
		return 0
	}
	x, _ := strconv.ParseFloat(s, 64) // the check has read it
	return x
}

// signed is a number that may be below zero, at most a million either way.
func signed(s string) (string, *fault) {
	minus := strings.HasPrefix(s, "-")
	canonical, f := number(0, 1_000_000*micro, "number")(strings.TrimPrefix(s, "-"))
	if f == nil && minus && canonical != "0" {
		canonical = "-" + canonical
	}
	return canonical, f
}

// readShortage reads the directory's rule, if it has one.
func (d *Directory) readShortage(fsys fs.FS, problems *Problems) error {
	data, err := readLimited(fsys, ShortageFile, maxPolicy+1)
	if err != nil {
		return err
	}
	var bad *Problems
	if err := d.SetShortageRule(data); errors.As(err, &bad) {
		problems.addAll(bad)
	}
	return nil
}

// SetShortageRule reads a shortage.yaml; see [ReadShortageRule].
func (d *Directory) SetShortageRule(data []byte) error {
	rule, err := ReadShortageRule(data, ShortageFile)
	if err != nil {
		return err
	}
	d.shortage = &rule
	return nil
}

// ReadShortageTable reads a shortage.yaml as [ReadTable] reads a table: as the one row of [ShortageTable], if nothing is
// wrong with it. The errors are those of [ReadShortageRule], and those of r and each.
func ReadShortageTable(r io.Reader, t Table, name string, each func(line int, cells []string) error) (Summary, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPolicy+1))
	if err != nil {
		return Summary{}, err
	}
	if _, err := ReadShortageRule(data, name); err != nil {
		return Summary{}, err
	}
	var hash Hasher
	cells := []string{string(data)}
	hash.Add(t, cells)
	if each != nil {
		err = each(1, cells)
	}
	sum, _ := hash.Sum() // only a file can fail, and this hasher has none
	return Summary{Rows: 1, Hash: sum}, err
}

// ShortageTable is a shortage.yaml as a table, for those who keep one beside tables: its text, byte for byte, in the one
// cell of the one row. It is not among [Tables], since it is not read as CSV.
func ShortageTable() Table {
	return Table{File: ShortageFile, Title: "what counts as a shortage", Columns: []Column{
		{Name: "rule", Meaning: "the file as it was sent", Required: true, Text: true},
	}}
}

// ShortageRule is the rule of the directory's shortage.yaml, or the embedded one.
func (d *Directory) ShortageRule() matcher.ShortageRule {
	if d.shortage != nil {
		rule := *d.shortage
		rule.Indicators = slices.Clone(rule.Indicators)
		return rule
	}
	return DefaultShortageRule()
}

// hashShortage adds what shortage.yaml states to the identity of the content.
func (d *Directory) hashShortage(all *Hasher) {
	if d.shortage != nil {
		all.Add(Table{File: ShortageFile, Columns: []Column{{Name: "rule"}}}, []string{fmt.Sprintf("%+v", *d.shortage)})
	}
}
