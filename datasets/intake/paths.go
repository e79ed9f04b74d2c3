package intake

import "labourmatch/datasets/codes"

// regionPath is the path of a region: through what it is a part of. What is no region is the whole where it tells a
// total, and else a region of its own.
func (v *Value) regionPath(text string, tells bool) string {
	to, mapped := v.Map[text]
	if !mapped {
		to = text
		if found, ok := codes.FindRegion(text); ok && v.From == fromRegion {
			to = found
		}
	}
	if path, ok := regionPath(to); ok {
		return path
	}
	if tells {
		return ""
	}
	return "\x01" + to + "\x02"
}

// regionPath is a region's code behind those of all that it is a part of, each closed by a bar.
func regionPath(code string) (string, bool) {
	path := ""
	for range 8 { // as deep as regions are nested, and more
		r, ok := codes.RegionByCode(code)
		if !ok {
			return "", false
		}
		path = r.Code + "|" + path
		if code = r.Parent; code == "" {
			return path, true
		}
	}
	return "", false
}

// occupationPath is the digits of an occupation's code in the classification of the source, or in ours where the layout
// maps it.
func (v *Value) occupationPath(t *target, text string, tells bool) string {
	if to, ok := v.Map[text]; ok {
		return to
	}
	code := text
	if c, ok := codes.ClassificationByID(v.from(t.period())); ok {
		if v.Inside {
			code, _ = c.Extract(text)
		}
		if path := c.Path(code); path != "" {
			return path
		}
	} else if _, ok := codes.OccupationByCode(text); ok {
		return text
	}
	if tells {
		return ""
	}
	return "\x01" + text + "\x02"
}
