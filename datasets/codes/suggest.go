package codes

import (
	"fmt"
	"strings"
	"sync"
)

// fold makes two spellings of a name comparable.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// total is the hint for a word that stands for all parts together; "" where it is no such word. Statistics offices write
// such rows into their tables, and to count them beside their parts would count everybody twice.
func total(word string) string {
	switch fold(word) {
	case "total", "totals", "all", "sum", "overall", "_t", "insgesamt", "gesamt", "summe", "zusammen", "totalt", "i alt", "sum total",
		"totaal", "ensemble", "totale", "toutes", "totales", "razem", "ogółem", "toplam", "yhteensä", "celkem", "összesen", "всего":
		return "this looks like the row of a total; delete it, since its parts are counted already"
	}
	return ""
}

// aliases are codes of other lists that users write for a region.
var aliases = sync.OnceValue(func() map[string][2]string {
	out := map[string][2]string{}
	for _, r := range rows("aliases.csv", "alias,code,what") {
		out[r[0]] = [2]string{r[1], r[2]}
	}
	return out
})

// regionNames maps the folded names of countries and current subdivisions to their
// codes, countries first; a name may belong to several.
var regionNames = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	t := regions()
	for _, c := range t.countries {
		out[fold(c.Name)] = append(out[fold(c.Name)], c.Code)
	}
	for _, c := range t.countries {
		for _, s := range t.subdivisions[c.Code] {
			if s.Until == "" {
				out[fold(s.Name)] = append(out[fold(s.Name)], s.Code)
			}
		}
	}
	return out
})

// SuggestRegion returns a hint, one short sentence, for a code that is not a
// region: "EL is the European Union's code for Greece; write GR". It is empty for a
// known code and where nothing can be said.
func SuggestRegion(code string) string {
	t := regions()
	if _, ok := t.byCode[code]; ok {
		return ""
	}
	if hint := total(code); hint != "" {
		return hint
	}
	plain := strings.ToUpper(strings.TrimSpace(code))
	if a, ok := aliases()[plain]; ok {
		if a[0] == "" {
			return fmt.Sprintf("%s is %s", plain, a[1])
		}
		return fmt.Sprintf("%s is %s; write %s", plain, a[1], a[0])
	}
	if two, ok := t.alpha2[plain]; ok {
		return fmt.Sprintf("%s is the three-letter code of %s; write %s", plain, t.byCode[two].Name, two)
	}
	dashed := strings.Map(func(r rune) rune {
		switch r {
		case '_', '.', '/', ' ', '–', '—', '‑':
			return '-'
		}
		return r
	}, plain)
	if _, ok := t.byCode[dashed]; ok {
		return "did you mean " + dashed + "?"
	}
	if named := regionNames()[fold(code)]; len(named) > 0 {
		return "write the code " + strings.Join(named, " or ")
	}
	if country, _, ok := strings.Cut(dashed, "-"); ok {
		if c, ok := t.byCode[country]; ok {
			list := Subdivisions(country)
			if len(list) == 0 {
				return fmt.Sprintf("%s has no subdivisions in ISO 3166-2; write %s", c.Name, country)
			}
			return fmt.Sprintf("%s has no such subdivision; its codes run from %s to %s", c.Name, list[0].Code, list[len(list)-1].Code)
		}
		if a, ok := aliases()[country]; ok && a[0] != "" {
			return fmt.Sprintf("%s is %s; write %s%s", country, a[1], a[0], dashed[len(country):])
		}
	}
	return ""
}

// SuggestOccupation returns a hint, one short sentence, for a code that is not an
// ISCO-08 group: for "110", that a leading zero was lost from 0110. It is empty for a
// known code and where nothing can be said.
func SuggestOccupation(code string) string {
	t := occupations()
	if _, ok := t.byCode[code]; ok {
		return ""
	}
	if hint := total(code); hint != "" {
		return hint
	}
	plain := strings.TrimSpace(code)
	if whole, ok := strings.CutSuffix(plain, ".0"); ok {
		plain = whole
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, plain)
	if digits == plain && len(digits) >= 2 && len(digits) <= 3 {
		if _, ok := t.byCode["0"+digits]; ok {
			return fmt.Sprintf("did you mean 0%s? A leading zero was lost; keep the column as text", digits)
		}
	}
	if _, ok := t.byCode[plain]; ok {
		return "did you mean " + plain + "?"
	}
	for _, prefix := range []string{"OCU_ISCO08_", "ISCO08_", "ISCO-08 ", "ISCO08-", "ISCO ", "OC", "C"} {
		if rest, ok := strings.CutPrefix(strings.ToUpper(plain), prefix); ok {
			if _, ok := t.byCode[rest]; ok {
				return "write the bare code " + rest
			}
		}
	}
	if first, _, ok := strings.Cut(plain, " "); ok {
		if _, ok := t.byCode[first]; ok {
			return "write the code alone: " + first
		}
	}
	if len(digits) > 4 && digits == plain {
		if o, ok := t.byCode[digits[:4]]; ok {
			return fmt.Sprintf("ISCO-08 codes have at most four digits; if this is a national code made from ISCO, its unit group is %s %s", o.Code, o.Title)
		}
		return "ISCO-08 codes have at most four digits; a national classification must be mapped to ISCO-08 first"
	}
	if len(digits) == 6 && len(plain) == 7 && plain[2] == '-' {
		return "this looks like a code of the SOC of the United States; a national classification must be mapped to ISCO-08 first"
	}
	name := fold(plain)
	if name != "" {
		for level := 4; level >= 1; level-- {
			for _, o := range t.levels[level] {
				if fold(o.Title) == name {
					return "write the code " + o.Code
				}
			}
		}
	}
	if digits == plain && len(digits) > 1 && len(digits) <= 4 {
		for level := len(digits) - 1; level >= 1; level-- {
			if o, ok := t.byCode[digits[:level]]; ok {
				return fmt.Sprintf("ISCO-08 has no %s; it has %s %s above it, with %s", plain, o.Code, o.Title, strings.Join(t.children[o.Code], ", "))
			}
		}
	}
	return ""
}

// SuggestSkill returns a hint, one short sentence, for a code that is neither an ISCO
// skill level ("1" to "4", or several such as "3-4") nor a skill group. It is empty for
// a known code and where nothing can be said.
func SuggestSkill(code string) string {
	t := skillGroups()
	if _, ok := t.byCode[code]; ok || isSkillLevels(code) {
		return ""
	}
	plain := strings.ToUpper(strings.TrimSpace(code))
	if _, ok := t.byCode[plain]; ok {
		return "did you mean " + plain + "?"
	}
	for _, full := range []string{"K" + plain, "K0" + plain, "K0" + strings.TrimPrefix(plain, "K")} {
		if g, ok := t.byCode[full]; ok {
			return fmt.Sprintf("for the field of knowledge %q write %s", g.Title, g.Code)
		}
	}
	name := fold(code)
	for _, g := range t.list {
		if fold(g.Title) == name {
			return "write the code " + g.Code
		}
	}
	return ""
}

// isSkillLevels tells whether the code is one ISCO skill level or an ascending range.
func isSkillLevels(code string) bool {
	low, high, ranged := strings.Cut(code, "-")
	level := func(s string) bool { return len(s) == 1 && s >= "1" && s <= "4" }
	return level(low) && (!ranged || level(high) && low < high)
}
