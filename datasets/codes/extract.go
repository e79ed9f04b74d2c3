package codes

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// prefix is what publishers write before a code: the classification's name, with or
	// without its version, or one or two letters.
	prefix = regexp.MustCompile(`^(?i:(?:OCU_)?(?:ISCO|NOC|SOC|KldB|STYRK|O\*NET(?:-SOC)?)(?:[ _-]?(?:08|88|2010|2016|2018|2019|2021))?[ _:.-]+|NOC|[A-Z]{1,2} ?)`)
	// socText is a code of the SOC or O*NET, with its dash or without.
	socText = regexp.MustCompile(`^(\d\d)[-–]?(\d{4})(?:[.-](\d\d))?`)
	digits  = regexp.MustCompile(`^\d+`)
	// noPart is what a spreadsheet puts after a whole number.
	noPart = regexp.MustCompile(`^\.0{1,2}$`)
	// bracketed is a code in brackets at the end of a title.
	bracketed = regexp.MustCompile(`[(\[]\s*([^()\[\]]*?)\s*[)\]]$`)
	// onlyNumber is the rest of a number, a date or a list, none of which is a title.
	onlyNumber = regexp.MustCompile(`^[\d\s.,;:/+&–—-]*$`)
	// another is a second code right after the first.
	another = regexp.MustCompile(`^[\s.,;:/+&–—-]*(?i:(?:and|or|to|bis|und|et|ou|og)\s+)?(\d\d-\d{4}|\d+)(?:[^\d\pL]|$)`)
)

// Extract finds the code in a cell: alone, quoted for a spreadsheet (="13-2011"), before a
// title (6322-Cooks), after a prefix (NOC001, C1234, OCU_ISCO08_22) or in brackets at the
// end (Cooks (6322)). A code of the SOC may lack its dash, and carry the two digits of an
// O*NET occupation that the SOC does not have. Leading zeros stay as they are: see
// Crosswalk.Repair.
//
// It is false where there is no code of the classification's lengths, and where there may
// be more than one or a number: 2512/2513, 1 400, 12.5. That the code exists is for the
// crosswalk to say.
func (c Classification) Extract(text string) (code string, ok bool) {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
	if inner, quoted := strings.CutPrefix(text, `="`); quoted {
		text = strings.TrimSuffix(inner, `"`)
	}
	text = strings.TrimSpace(strings.Trim(text, `"'`))
	if code, ok = c.leading(text); ok {
		return code, true
	}
	if m := bracketed.FindStringSubmatch(text); m != nil {
		if code, rest := c.cut(m[1]); rest == "" && c.Level(code) > 0 {
			return code, true
		}
	}
	return "", false
}

// leading finds a code at the beginning of a text.
func (c Classification) leading(text string) (string, bool) {
	code, rest := c.cut(text)
	if code == "" {
		code, rest = c.cut(text[len(prefix.FindString(text)):])
	}
	if c.Level(code) == 0 {
		return "", false
	}
	if rest == "" || noPart.MatchString(rest) {
		return code, true
	}
	if r := []rune(rest)[0]; unicode.IsLetter(r) || onlyNumber.MatchString(rest) {
		return "", false
	}
	if m := another.FindStringSubmatch(rest); m != nil && c.Level(m[1]) == c.Level(code) {
		return "", false
	}
	return code, true
}

// cut takes the code a text begins with off it and writes it as the classification does.
func (c Classification) cut(text string) (code, rest string) {
	if !c.soc {
		code = digits.FindString(text)
		return code, text[len(code):]
	}
	m := socText.FindStringSubmatch(text)
	if m == nil {
		return "", text
	}
	code, rest = m[1]+"-"+m[2], text[len(m[0]):]
	if m[3] != "" && c.finest() >= 8 {
		code += "." + m[3]
	}
	return code, rest
}
