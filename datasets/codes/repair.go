package codes

import (
	"fmt"
	"slices"
	"strings"
)

// MaxCodes is the most distinct codes Repair looks at: no classification has a tenth of
// them, so a column with more is none of codes.
const MaxCodes = 20_000

// Repair says which codes of a column lost leading zeros, as happens when a spreadsheet
// takes them for numbers. Give it the distinct codes of the whole column, read once
// before anything is mapped; digits is the length of the column's codes where the file or
// its layout declares one, else 0.
//
// A code too short for the column was either cut or belongs to a coarser level. The
// column decides: if all its short codes exist with zeros before them and not all exist
// as coarser ones, they were cut, and repaired says what each stands for, with a note. If
// all exist as coarser codes and not all with zeros, nothing is repaired. If one code
// with a leading zero is there, zeros survived and nothing is repaired either. Where both
// readings hold, 1 2 3 11 21 31 say, the error names the codes and what to declare.
// Codes that exist under neither reading take no part; the crosswalk lists them.
func (x *Crosswalk) Repair(codes []string, digits int) (repaired map[string]string, note string, err error) {
	c := x.from
	if len(codes) > MaxCodes {
		return nil, "", fmt.Errorf("%d different values in a column of %s codes, which has not a tenth of them: is it another column?", len(codes), c.Version)
	}
	if digits != 0 && !slices.Contains(c.Digits, digits) {
		return nil, "", fmt.Errorf("%s has no codes of %d digits: use one of %v", c.Version, digits, c.Digits)
	}
	if c.soc {
		return nil, "", nil // the dash keeps a code text, and none begins with a zero
	}
	codes = slices.Compact(slices.Sorted(slices.Values(codes)))
	full, short := digits, []string(nil)
	for _, code := range codes {
		if c.Level(code) == 0 {
			continue
		}
		if code[0] == '0' && digits == 0 {
			return nil, "", nil
		}
		if digits == 0 {
			full = max(full, len(code))
		}
	}
	for _, code := range codes {
		if c.Level(code) != 0 && len(code) < full {
			short = append(short, code)
		}
	}
	if digits == 0 && len(short) == 0 {
		// All of one length: cut only if none of them exists and all do one digit longer.
		full, short = x.longer(codes, full)
	}
	return x.decide(short, full, digits != 0)
}

// longer proposes the next finer length for codes that are all of one length.
func (x *Crosswalk) longer(codes []string, full int) (int, []string) {
	at := slices.Index(x.from.Digits, full)
	if at < 0 || at+1 == len(x.from.Digits) {
		return full, nil
	}
	var short []string
	for _, code := range codes {
		if x.from.Level(code) == 0 {
			continue
		}
		if x.Known(code) {
			return full, nil
		}
		short = append(short, code)
	}
	return x.from.Digits[at+1], short
}

// decide reads the short codes of a column whose codes are full digits long.
func (x *Crosswalk) decide(short []string, full int, declared bool) (map[string]string, string, error) {
	repaired := map[string]string{}
	var cut, coarser, both []string
	for _, code := range short {
		long := strings.Repeat("0", full-len(code)) + code
		asCut, asCoarser := x.Known(long), x.Known(code)
		switch {
		case asCut && asCoarser:
			both = append(both, code)
		case asCut:
			cut = append(cut, code)
		case asCoarser:
			coarser = append(coarser, code)
		}
		if asCut {
			repaired[code] = long
		}
	}
	switch {
	case declared, len(cut) > 0 && len(coarser) == 0:
	case len(cut) == 0 && (len(coarser) > 0 || len(both) == 0):
		return nil, "", nil
	case len(both) == 0: // some were cut and some are coarser, each in one way only
	default:
		return nil, "", fmt.Errorf("%s may be %s with its leading zeros lost, or the coarser group %s: say how many digits the column has, or keep it as text",
			quoted(both), repaired[both[0]], both[0])
	}
	if len(repaired) == 0 {
		return nil, "", nil
	}
	from := slices.Concat(cut, both)
	slices.Sort(from)
	return repaired, fmt.Sprintf("leading zeros put back before %s: %s is read as %s", quoted(from), from[0], repaired[from[0]]), nil
}

// quoted names up to five codes.
func quoted(codes []string) string {
	const most = 5
	if len(codes) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(codes[:most], " "), len(codes)-most)
	}
	return strings.Join(codes, " ")
}
