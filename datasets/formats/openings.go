package formats

import (
	"context"
	"strings"
)

// What is kept of an opening. Who offers it, whom to ask, and what the advertisement says are left out: labourmatch holds
// counts, never persons or firms. Where an opening has several places or occupations, a cell has all of them, separated
// by semicolons.
const (
	openingID           = iota
	openingTitle        // of the position, as advertised
	openingStatus       // as the source calls it
	openingCountry      // code or name, as the source has it
	openingSubdivision  // code or name: a NUTS code in EURES, a county
	openingMunicipality // code
	openingISCO         // occupation by scheme
	openingESCO
	openingSTYRK
	openingOther    // scheme:code of other schemes, code alone where none is said
	openingCount    // how many are wanted; empty where it is not said
	openingContract // kind of contract
	openingHours    // full or part time
	openingStart
	openingCloses
	openingPublished
	openingIndustry // class of the activity
	openingColumns
)

var openingNames = [openingColumns]string{
	"id", "title", "status", "country", "subdivision", "municipality", "isco", "esco", "styrk", "other_occupation",
	"openings", "contract", "hours", "start", "closes", "published", "industry",
}

// opening is one row.
type opening [openingColumns]string

// add puts a value into a column, after those that are there.
func (o *opening) add(column int, value string) {
	value = strings.TrimSpace(value)
	switch {
	case value == "":
	case o[column] == "":
		o[column] = value
	default:
		o[column] += ";" + value
	}
}

// occupation puts a code into the column of its scheme.
func (o *opening) occupation(scheme, code string) {
	code = strings.TrimSpace(code)
	if code == "" {
		return
	}
	switch s := strings.ToUpper(scheme); {
	case strings.HasPrefix(s, "ISCO"):
		o.add(openingISCO, code)
	case strings.HasPrefix(s, "ESCO"):
		o.add(openingESCO, code)
	case strings.HasPrefix(s, "STYRK"):
		o.add(openingSTYRK, code)
	case scheme == "":
		o.add(openingOther, code)
	default:
		o.add(openingOther, scheme+":"+code)
	}
}

// openOpenings opens position openings: HR-XML and HR-Open 3 as EURES exchanges them, one or many in a file, and the JSON
// of the Norwegian employment service (an advertisement, a list of them, or a page of search results). Every opening is a
// row; an opening is read whole or refused, so that counts are right.
func openOpenings(ctx context.Context, f File, o Options) (*Document, error) {
	limits := o.Limits.filled()
	s := newSource(ctx, f, limits, 0)
	d := &Document{Format: OpeningXML}
	read := readXMLOpenings
	if j := newJSONReader(s); j.peek() == '{' || s.err == nil && j.peek() == '[' {
		d.Format, read = OpeningJSON, readJSONOpenings
	}
	found := false
	if s.err == nil {
		s = newSource(ctx, f, limits, 0)
		read(s, &sink{yield: func(Row, error) bool { found = true; return true }})
	}
	if s.row = 0; s.err == nil && !found {
		s.refuse("has no position opening in it", "An opening is an element PositionOpening, or an object with a title and a categoryList")
	}
	if s.err != nil {
		return nil, s.err
	}
	d.Sheets = []Sheet{{
		Columns: openingNames[:], Labels: make([]string, openingColumns),
		rows: walk("", func(ctx context.Context, k *sink) *source {
			s := newSource(ctx, f, limits, 0)
			read(s, k)
			return s
		}),
	}}
	return d, nil
}

// put hands an opening on as a row. A cell can have grown by many values.
func (o *opening) put(s *source, k *sink) {
	for _, cell := range o {
		if !s.text([]byte(cell)) {
			return
		}
	}
	k.put(s, k.count+1, o[:])
}

func readXMLOpenings(s *source, k *sink) {
	x := newXMLReader(s)
	for e := x.next(); e != xmlOver; e = x.next() {
		if e == xmlStart && x.name == "PositionOpening" {
			var o opening
			readXMLOpening(x, &o)
			if x.err == nil {
				o.put(s, k)
			}
		}
	}
}

func readXMLOpening(x *xmlReader, o *opening) {
	from, _ := x.attribute("validFrom")
	o.add(openingPublished, from)
	x.each(func(name string) {
		switch name {
		case "DocumentID":
			o.add(openingID, x.inner())
		case "PositionOpeningStatusCode":
			o.add(openingStatus, x.inner())
		case "PositionProfile":
			x.each(func(name string) { readXMLProfile(x, name, o) })
		default:
			x.skip()
		}
	})
}

func readXMLProfile(x *xmlReader, name string, o *opening) {
	switch name {
	case "PositionTitle":
		o.add(openingTitle, x.inner())
	case "PositionLocation":
		x.each(func(string) {
			x.each(func(name string) {
				switch name {
				case "CountryCode":
					o.add(openingCountry, x.inner())
				case "CountrySubDivisionCode":
					o.add(openingSubdivision, x.inner())
				default:
					x.skip()
				}
			})
		})
	case "PositionOrganization": // of the employer its activity, nothing else
		x.each(func(name string) {
			if name == "IndustryCode" {
				o.add(openingIndustry, x.inner())
			} else {
				x.skip()
			}
		})
	case "PositionOpenQuantity":
		o.add(openingCount, x.inner())
	case "JobCategoryCode":
		scheme, _ := x.attribute("listName")
		uri, _ := x.attribute("listURI")
		if scheme == "" && strings.Contains(strings.ToLower(uri), "isco") {
			scheme = "ISCO"
		}
		o.occupation(scheme, x.inner())
	case "PositionOfferingTypeCode":
		o.add(openingContract, x.inner())
	case "PositionScheduleTypeCode":
		o.add(openingHours, x.inner())
	case "PositionPeriod":
		x.each(func(name string) {
			if name != "StartDate" {
				x.skip()
				return
			}
			x.each(func(string) { o.add(openingStart, x.inner()) })
		})
	case "ApplicationCloseDate":
		o.add(openingCloses, x.inner())
	default:
		x.skip()
	}
}

func readJSONOpenings(s *source, k *sink) {
	j := newJSONReader(s)
	if j.peek() == '[' {
		for j.array(); j.more(); {
			readJSONOpening(j, k)
		}
	} else {
		readJSONOpening(j, k)
	}
	j.done()
}

// readJSONOpening reads an advertisement, or a page of them: an object whose content is a list.
func readJSONOpening(j *jsonReader, k *sink) {
	var o opening
	var expires, id string
	is, seen := false, map[string]bool{}
	for j.object(); j.more(); {
		switch key := string(j.key); key {
		case "id", "uuid", "title", "locationList", "categoryList", "properties":
			if seen[key] {
				j.fail("an opening has "+key+" twice", "")
			}
			seen[key] = true
			switch key {
			case "id":
				id = j.note()
			case "uuid":
				o.add(openingID, j.text())
			case "title":
				o.add(openingTitle, j.text())
			case "locationList":
				for j.array(); j.more(); {
					readJSONLocation(j, &o)
				}
			case "categoryList":
				is = true
				for j.array(); j.more(); {
					readJSONCategory(j, &o)
				}
			case "properties":
				readJSONProperties(j, &o)
			}
		case "content":
			if j.peek() != '[' {
				j.skip()
				continue
			}
			for j.array(); j.more(); {
				readJSONOpening(j, k)
			}
		case "status":
			o.add(openingStatus, j.note())
		case "published":
			o.add(openingPublished, j.note())
		case "expires":
			expires = j.note()
		default:
			j.skip()
		}
	}
	if j.err != nil || !is || !seen["title"] {
		return
	}
	if o[openingID] == "" {
		o.add(openingID, id)
	}
	if o[openingCloses] == "" {
		o.add(openingCloses, expires)
	}
	o.put(j.source, k)
}

func readJSONLocation(j *jsonReader, o *opening) {
	for j.object(); j.more(); {
		switch string(j.key) {
		case "country":
			o.add(openingCountry, j.text())
		case "county":
			o.add(openingSubdivision, j.text())
		case "municipalCode":
			o.add(openingMunicipality, j.text())
		default:
			j.skip()
		}
	}
}

func readJSONCategory(j *jsonReader, o *opening) {
	var scheme, code string
	for j.object(); j.more(); {
		switch string(j.key) {
		case "categoryType":
			scheme = j.text()
		case "code":
			code = j.text()
		default:
			j.skip()
		}
	}
	o.occupation(scheme, code)
}

func readJSONProperties(j *jsonReader, o *opening) {
	for j.object(); j.more(); {
		switch string(j.key) {
		case "positioncount":
			o.add(openingCount, j.note())
		case "engagementtype":
			o.add(openingContract, j.note())
		case "extent":
			o.add(openingHours, j.note())
		case "starttime":
			o.add(openingStart, j.note())
		case "applicationdue":
			o.add(openingCloses, j.note())
		default:
			j.skip()
		}
	}
}
