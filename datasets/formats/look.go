package formats

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// look is what the format of a cell says of what its number is.
type look struct {
	date, clock bool // it is a day, a time of day, or both
	digits      int  // it is filled up with zeros to so many
}

// readLooks reads the formats of a workbook's cells, by the number of their style.
func readLooks(w *workbook, part string) ([]look, error) {
	custom := map[int]look{}
	var looks []look
	err := w.elements(part, func(x *xmlReader) {
		switch x.name {
		case "numFmt":
			if id, err := strconv.Atoi(string(x.value("numFmtId"))); err == nil && len(custom) < 1<<16 {
				code, _ := x.attribute("formatCode")
				custom[id] = lookOf(code)
			}
		case "cellXfs": // the list of styles that cells name, among others alike
			x.each(func(name string) {
				if name == "xf" && len(looks) == 1<<16 {
					x.fail("there are too many styles", "")
				}
				if name == "xf" {
					id, _ := strconv.Atoi(string(x.value("numFmtId"))) // 0, the general format, where there is none
					l, ok := custom[id]
					if !ok {
						l = builtIn(id)
					}
					looks = append(looks, l)
				}
				x.skip()
			})
		}
	})
	return looks, err
}

// builtIn is the look of the formats that are known by number alone (ECMA-376, part 1, 18.8.30).
func builtIn(id int) look {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return look{date: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return look{clock: true}
	case id == 22:
		return look{date: true, clock: true}
	}
	return look{}
}

// lookOf reads a format code: which of the letters of days and times it has outside of what is quoted, escaped or in
// brackets. A duration, [h]:mm, is a number like others.
func lookOf(code string) look {
	code, _, _ = strings.Cut(strings.ToLower(code), ";")
	if strings.Trim(code, "0") == "" && len(code) > 1 && len(code) <= 20 {
		return look{digits: len(code)}
	}
	var l look
	minutes, days := false, false
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return look{}
			}
			i += end + 1
		case '\\', '_', '*':
			i++ // the next character is text, or its width is
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return look{}
			}
			if inner := code[i+1 : i+end]; inner != "" && strings.Contains("hms", inner[:1]) && strings.Trim(inner, inner[:1]) == "" {
				return look{}
			}
			i += end
		case 'y', 'd':
			days = true
		case 'h', 's':
			l.clock = true
		case 'm':
			minutes = true
		case 'g':
			if strings.HasPrefix(code[i:], "general") {
				return look{}
			}
		}
	}
	l.date = days || minutes && !l.clock
	return l
}

// show writes the number of a cell.
func (l look) show(value string, epoch int) string {
	plain := len(value) <= 15
	for i := 0; i < len(value) && plain; i++ {
		plain = value[i] >= '0' && value[i] <= '9' || value[i] == '.' || i == 0 && value[i] == '-'
	}
	if plain && !l.date && !l.clock && l.digits == 0 {
		return value
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return value
	}
	if l.date || l.clock {
		if text, ok := l.moment(n, epoch); ok {
			return text
		}
	}
	if abs := math.Abs(n); abs != 0 && (abs < 1e-15 || abs >= 1e21) {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	text := strconv.FormatFloat(n, 'f', -1, 64)
	if l.digits > len(text) && n >= 0 && n == math.Trunc(n) {
		text = strings.Repeat("0", l.digits-len(text)) + text
	}
	return text
}

// moment writes a day and a time that are counted in days. Excel counts 29 February 1900, which never was, as day 60, so
// that what comes before it is a day further from the others; day 60 itself is left a number.
func (l look) moment(n float64, epoch int) (string, bool) {
	seconds := math.Round(n * 86400)
	if n < 0 || seconds >= 2958466*86400 {
		return "", false
	}
	days := int(seconds / 86400)
	rest := int(seconds - float64(days)*86400)
	if !l.date || days == 0 && epoch == 0 {
		if !l.clock || days > 0 {
			return "", false
		}
		return clock(rest), true
	}
	if epoch == 0 {
		switch {
		case days == 60:
			return "", false
		case days < 60:
			days++
		}
	}
	text := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days+epoch).Format(time.DateOnly)
	if rest > 0 {
		text += " " + clock(rest)
	}
	return text, true
}

func clock(seconds int) string {
	return time.Date(2000, 1, 1, 0, 0, seconds, 0, time.UTC).Format(time.TimeOnly)
}
