package datasets

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// fault is what is wrong with a cell, without its place.
type fault struct {
	what, hint string
	// search, if set, looks for a better hint. It may go through a whole list of codes, so it is called for problems that
	// are told, and not for the millions that a file in another classification may have beside them.
	search func() string
}

// advice is the best hint there is.
func (f *fault) advice() string {
	if f.search != nil {
		if s := sentence(f.search()); s != "" {
			return s
		}
	}
	return f.hint
}

// check brings the text of a cell, trimmed and not empty, into canonical form, or says what is wrong with it.
type check func(s string) (canonical string, f *fault)

func wrong(what, hint string) (string, *fault) { return "", &fault{what: what, hint: hint} }

// Text that people write for "we do not know".
var missingMarks = map[string]bool{
	"nan": true, "na": true, "n/a": true, "n.a.": true, "null": true, "none": true, "-": true, "–": true, "..": true,
	".": true, ":": true, "*": true, "x": true, "?": true, "…": true, "...": true, "#n/a": true, "inf": true, "missing": true,
}

// number reads a decimal between low and high millionths, both allowed, and says which unit it is in.
func number(low, high int64, what string) check {
	return func(s string) (string, *fault) {
		n, ok := parseMicro(s)
		if !ok {
			return "", numberFault(s, what)
		}
		if n < low || n > high {
			return wrong(fmt.Sprintf("is not between %s and %s", shown(low), shown(high)), rangeHint(what, n))
		}
		if plain(s) {
			return s, nil
		}
		return formatMicro(n), nil
	}
}

func shown(n int64) string {
	if n%micro == 0 {
		return grouped(n / micro)
	}
	return formatMicro(n)
}

func rangeHint(what string, n int64) string {
	switch {
	case what == "share" && n > micro && n <= 100*micro:
		return fmt.Sprintf("Write a share, not a percentage: %s", formatMicro(n/100))
	case what == "count":
		return "Check the unit: counts are single persons or openings"
	default:
		return ""
	}
}

// numberFault tells apart the ways a number can be written wrong. It assumes that parseMicro refused the text.
func numberFault(s, what string) *fault {
	squeezed := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\u2009', '\'', '’':
			return -1
		}
		return r
	}, s)
	low := strings.ToLower(s)
	_, plain := parseMicro(squeezed)
	switch {
	case missingMarks[low]:
		return &fault{what: "is not a number", hint: "If the figure is not known, leave the row out (or the cell empty where that is allowed); write 0 only where it is known to be zero"}

	case plain && squeezed != s:
		return &fault{what: "has a gap between its digits", hint: "Write " + squeezed}
	case strings.HasPrefix(s, "-") || strings.HasPrefix(s, "−"):
		if what == "count" {
			return &fault{what: "is below zero", hint: "A number of persons or openings is never negative; a correction belongs into the figure it corrects"}
		}
		return &fault{what: "is below zero", hint: "Write 0 or more"}
	case strings.HasPrefix(s, "+"):
		return &fault{what: "has a sign", hint: "Write " + s[1:]}
	case strings.HasSuffix(s, "%"):
		if n, ok := parseMicro(strings.TrimSpace(strings.TrimSuffix(s, "%"))); ok && what == "share" {
			return &fault{what: "is a percentage", hint: "Write it as a share: " + formatMicro(n/100)}
		}
		return &fault{what: "is a percentage", hint: "Write the number itself"}
	case strings.Contains(s, ","):
		return &fault{what: "has a comma", hint: "Write a point before decimals (1.5) and nothing between thousands (1500)"}
	case isScientific(low):
		if v, err := strconv.ParseFloat(low, 64); err == nil && v >= 0 && v <= maxCount && v == float64(int64(v)) {
			return &fault{what: "is in scientific notation", hint: fmt.Sprintf("Write %d, and give the column a plain number format", int64(v))}
		}
		return &fault{what: "is in scientific notation", hint: "Write the number in full, and give the column a plain number format"}
	case isDigits(strings.Replace(s, ".", "", 1)) && s != "." && !strings.HasPrefix(s, ".") && !strings.HasSuffix(s, "."):
		if _, fraction, _ := strings.Cut(s, "."); len(fraction) > 6 {
			return &fault{what: "has more than six decimals", hint: "Round it to six decimals or fewer"}
		}
		return &fault{what: "is far too large", hint: "The most a number may be is 1,000,000,000"}
	}
	return &fault{what: "is not a number", hint: "Write digits, with a point before decimals"}
}

func isDigits[text string | []byte](s text) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

func isScientific(low string) bool {
	mantissa, exponent, ok := strings.Cut(low, "e")
	return ok && isDigits(strings.Replace(mantissa, ".", "", 1)) && isDigits(strings.TrimLeft(exponent, "+-"))
}

// whole reads a whole number between low and high.
func whole(low, high int64, what string) check {
	decimal := number(low*micro, high*micro, what)
	return func(s string) (string, *fault) {
		text, f := decimal(s)
		if f == nil && strings.Contains(text, ".") {
			return wrong("is not a whole number", "Write it without decimals")
		}
		return text, f
	}
}

// word reads one of a list of words.
func word(words ...string) check {
	return func(s string) (string, *fault) {
		for _, w := range words {
			if s == w {
				return w, nil
			}
		}
		hint := "Write " + anyOf(words)
		if near := nearName(s, words); near != "" {
			hint = "Did you mean " + near + "? Otherwise write " + anyOf(without(words, near))
			if len(words) == 1 {
				hint = "Did you mean " + near + "?"
			}
		}
		return wrong("is not known here", hint)
	}
}

func without(words []string, one string) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		if w != one {
			out = append(out, w)
		}
	}
	return out
}

func yesNo(s string) (string, *fault) {
	switch strings.ToLower(s) {
	case "yes", "true":
		return "yes", nil
	case "no", "false":
		return "no", nil
	}
	return wrong("is neither yes nor no", "Write yes or no, or leave the cell empty")
}

func region(s string) (string, *fault) {
	if _, ok := codes.RegionByCode(s); ok {
		return s, nil
	}
	return "", &fault{
		what: "is not the code of a region", hint: "Write an ISO 3166-1 code such as DE, or an ISO 3166-2 code such as DE-BY",
		search: func() string { return codes.SuggestRegion(s) },
	}
}

func country(s string) (string, *fault) {
	if text, f := region(s); f != nil {
		return text, f
	}
	if strings.Contains(s, "-") {
		return wrong("is a part of a country", "Citizenship is of a country: write "+codes.Country(s))
	}
	return s, nil
}

func occupation(s string) (string, *fault) {
	if _, ok := codes.OccupationByCode(s); ok {
		return s, nil
	}
	return "", &fault{
		what: "is not an occupation of ISCO-08", hint: "Write a code of ISCO-08 with one to four digits, such as 2221 for nursing professionals",
		search: func() string { return codes.SuggestOccupation(s) },
	}
}

func skill(s string) (string, *fault) {
	switch s {
	case "1", "2", "3", "4", "3-4":
		return s, nil
	}
	if _, ok := codes.SkillGroupByCode(s); ok {
		return s, nil
	}
	f := &fault{what: "is not a skill", hint: "Write an ISCO skill level (1, 2, 3, 4 or 3-4) or an ESCO skill group such as S1"}
	if len(s) > 1 { // a single digit is meant as a level, not as a field of knowledge without its letter
		f.search = func() string { return codes.SuggestSkill(s) }
	}
	return "", f
}

// sentence turns a suggestion, which may start in lower case, into the start of a sentence, but leaves codes alone.
func sentence(s string) string {
	for _, start := range []string{"did ", "write ", "for ", "this "} {
		if strings.HasPrefix(s, start) {
			return strings.ToUpper(s[:1]) + s[1:]
		}
	}
	return s
}

func year(s string) (string, *fault) {
	if len(s) == 4 && isDigits(s) && s >= "1900" && s <= "2100" {
		return s, nil
	}
	if len(s) > 4 && isDigits(s[:4]) && s[:4] >= "1900" && s[:4] <= "2100" {
		return wrong("is not a year", "Write the year alone: "+s[:4])
	}
	return wrong("is not a year", "Write four digits between 1900 and 2100, such as 2024")
}

func wageUnit(s string) (string, *fault) {
	unit, f := word(PerYear, PerMonth, PerHour)(s)
	if f != nil && !strings.Contains(strings.ToUpper(s), "PPP") {
		f.hint = "Divide the wage by the purchasing power parity of its country and year, say so in source, and write " + anyOf([]string{PerYear, PerMonth, PerHour})
	}
	return unit, f
}

func date(s string) (string, *fault) {
	for _, layout := range []string{"2006", "2006-01", "2006-01-02"} {
		if _, err := time.Parse(layout, s); err == nil && s >= "1900" && s < "2101" {
			return s, nil
		}
	}
	return wrong("is not a date", "Write 2024, 2024-05 or 2024-05-31")
}

// identifier reads a name that other files and addresses can carry.
func identifier(s string) (string, *fault) {
	if len(s) > 64 {
		return wrong("is too long", "Use at most 64 characters")
	}
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("._+-", rune(c))) {
			return wrong("is not an identifier", "Use letters and digits, and . _ + - after the first of them, such as philippines-nurses")
		}
	}
	return s, nil
}

// text reads free text: runs of white space become one space, so that a line break inside a cell is no other text.
func text(s string) (string, *fault) {
	s = strings.Join(strings.Fields(s), " ")
	for _, r := range s {
		direction := r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' // these can make text read as another
		if unicode.IsControl(r) || direction || r == '\u200b' || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			return wrong("has a character that cannot be seen", "Delete it and type the text again; it was probably pasted")
		}
	}
	return s, nil
}

// Title brings what somebody calls something into the form that free text has in files: runs of white space are one
// space. ok is false where it is no text, or has a character that cannot be seen: such a title could look like another
// one, or command the terminal that a report is printed on.
func Title(s string) (title string, ok bool) {
	if validText(s) != nil {
		return "", false
	}
	title, f := text(s)
	return title, f == nil
}

// Guard makes free text safe for spreadsheets, which run a cell that begins like a formula (OWASP, CSV Injection): such
// text gets an apostrophe before it. Text that looks guarded gets one more, so that what is read back is what was there.
func Guard(s string) string {
	if formula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// Unguard takes back what [Guard] did.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}

func formula(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("=+-@＝＋－＠|%\t\r\n", first)
}

// list reads the items of a cell, separated by spaces, each by its own check; an item twice is a fault.
func list(item check) check {
	return func(s string) (string, *fault) {
		if strings.ContainsAny(s, ",;|") {
			return wrong("is a list with the wrong separator", "Put a space between the items of a list")
		}
		items := strings.Fields(s)
		seen := make(map[string]bool, len(items))
		for i, x := range items {
			y, f := item(x)
			switch {
			case f != nil && len(items) > 1:
				f.what = "has an item that is wrong: " + strconv.Quote(x) + " " + f.what
				return "", f
			case f != nil:
				return "", f
			case seen[y]:
				return wrong("names "+y+" twice", "Name it once")
			case y == "*" && len(items) > 1:
				return wrong("names * beside other regions", "Write * alone for every region")
			}
			seen[y] = true
			items[i] = y
		}
		return strings.Join(items, " "), nil
	}
}

// place reads what a channel may start or end in: a region, a bloc, or * for every region.
func place(s string) (string, *fault) {
	if s == "*" {
		return s, nil
	}
	if _, ok := codes.BlocByID(s); ok {
		return s, nil
	}
	if text, f := region(s); f == nil {
		return text, nil
	}
	var ids []string
	for _, b := range codes.Blocs() {
		ids = append(ids, b.ID)
		if strings.EqualFold(b.ID, s) {
			return wrong("is neither a region nor a bloc", "Did you mean "+b.ID+"?")
		}
	}
	return "", &fault{
		what: "is neither a region nor a bloc", hint: "Write region codes such as PH or DE-BY, a bloc (" + anyOf(ids) + "), or * for every region",
		search: func() string { return codes.SuggestRegion(s) },
	}
}

// protection reads one protection of a list.
func protection(s string) (string, *fault) {
	words := matcher.Protections()
	if slices.Contains(words, s) {
		return s, nil
	}
	hint := "The protections are " + strings.Join(words, ", ")
	if near := nearName(s, words); near != "" {
		hint = "Did you mean " + near + "?"
	}
	return wrong("is not the name of a protection", hint)
}

// ages reads a range of ages.
func ages(s string) (string, *fault) {
	low, high, ok := strings.Cut(s, "-")
	from, errFrom := strconv.Atoi(low)
	to, errTo := strconv.Atoi(high)
	if !ok || errFrom != nil || errTo != nil || !isDigits(low) || !isDigits(high) || from > to || to > 120 {
		return wrong("is not a range of ages", "Write the youngest and the oldest with a hyphen, such as 18-30")
	}
	return s, nil
}

// address reads the place of a source on the web.
func address(s string) (string, *fault) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return wrong("is not an address", "Write it in full, such as https://www.who.int")
	}
	return s, nil
}
