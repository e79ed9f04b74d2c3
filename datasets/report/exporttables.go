package report

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"labourmatch/datasets"
	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// Codelists of SDMX.
const (
	listRegion     = "REGION"
	listOccupation = "OCCUPATION" // ISCO-08; of results also skills, as SKILL_ and the skill
	listSkill      = "SKILL"
	listKind       = "KIND"
	listStatus     = "STATUS"
	listContract   = "CONTRACT"
	listYes        = "YES_NO"
	listLevel      = "LEVEL"
	listScheme     = "SCHEME"
	listWay        = "WAY"
	listLayer      = "LAYER"
)

// listNames are what the codelists are called.
var listNames = map[string]string{
	listRegion: "countries and subdivisions (ISO 3166)", listOccupation: "occupations (ISCO-08) and skills", listSkill: "ESCO skill groups and ISCO skill levels",
	listKind: "kinds of counts", listStatus: "status of workers", listContract: "contracts", listYes: "yes or no", listLevel: "levels of ISCO-08",
	listScheme: "schemes of skills", listWay: "ways in which openings are filled", listLayer: "halves of a placement",
}

// listWords are the names of codes that are words.
var listWords = map[string]map[string]string{
	listKind: {
		string(matcher.Stock): "at a date, or an annual mean", string(matcher.Flow): "per year",
		string(matcher.Net): "a shortage already net of what home could fill",
	},
	listYes:    {"yes": "yes", "no": "no"},
	listLevel:  {"1": "ISCO-1", "2": "ISCO-2", "3": "ISCO-3", "4": "ISCO-4"},
	listScheme: {SchemeESCO: "ESCO skill groups", SchemeLevel: "ISCO skill levels"},
	listLayer:  {"entry": "from a cohort into a pool", "placement": "from a pool into openings"},
	listWay: {
		matcher.SameRegion.String():  "by workers of the same occupation in the region",
		matcher.SameHome.String():    "by workers of the same occupation elsewhere in the country",
		matcher.RelatedHome.String(): "by workers of a related occupation, or known by skill only, in the country",
		matcher.Free.String():        "by workers from another country, by free movement",
		matcher.ByChannel.String():   "by workers from another country, by a channel with conditions",
	},
}

// codeName is what a code of a list is called; "" where it says all itself.
func codeName(list, code string) string {
	skill, isSkill := strings.CutPrefix(code, "skill:")
	switch {
	case list == listRegion:
		return regionName(code)
	case list == listSkill, list == listOccupation && isSkill:
		return skillTitle(skill)
	case list == listOccupation:
		return codeTitle(matcher.Code{Occupation: code})
	}
	return listWords[list][code]
}

// codeParent is the code that contains another; "" where there is none.
func codeParent(list, code string) string {
	switch {
	case list == listRegion:
		r, _ := codes.RegionByCode(code)
		return r.Parent
	case list == listOccupation && len(code) > 1 && code[0] >= '0' && code[0] <= '9':
		return code[:len(code)-1]
	}
	return ""
}

// marketLists are the codelists of a market's columns, by their names.
var marketLists = map[string]string{
	"region": listRegion, "citizenship": listRegion, "occupation": listOccupation, "from": listOccupation, "to": listOccupation,
	"skill": listSkill, "kind": listKind, "status": listStatus, "contract": listContract, "assumed": listYes, "estimated": listYes,
}

// marketFigures are the columns of a market that hold figures, and their units.
var marketFigures = map[string]string{
	"count": "", "wage": "", "months": "months", "coverage": "share", "outside": "PPP dollars a year", "quota": "persons a year",
	"cost_worker": "PPP dollars", "cost_employer": "PPP dollars", "days": "days", "fit": "share", "training_months": "months",
	"amount": "share or persons", "wage_growth": "share", "vacancy_days": "days", "price_level": "ratio",
}

// marketMeasures are the figures that the tables of a market are about; what else they have are attributes of those.
var marketMeasures = map[string][]string{
	datasets.VacanciesFile: {"count"}, datasets.WorkersFile: {"count"}, datasets.ChannelsFile: {"quota"}, datasets.WagesFile: {"wage"},
	datasets.FitsFile: {"fit"}, datasets.SafeguardsFile: {"amount"}, datasets.NotesFile: {"count"},
	datasets.SignalsFile: {"wage_growth", "vacancy_days"}, datasets.PricesFile: {"price_level"},
}

// ExportOf is the export of a table of a market, whose rows are in canonical text. What is known of where they come from
// goes in front of the notes.
func ExportOf(t datasets.Table, rows iter.Seq2[[]string, error], about ...ExportNote) *Export {
	x := &Export{Name: strings.TrimSuffix(t.File, ".csv"), Title: t.Title, Notes: about, sources: slices.Contains(t.Names(), "source")}
	for _, c := range t.Columns {
		column := ExportColumn{Name: c.Name, Meaning: c.Meaning, List: marketLists[c.Name]}
		unit, figure := marketFigures[c.Name]
		switch {
		case c.Name == "period":
			column.Kind = Year
		case figure:
			column.Kind, column.Unit = Figure, unit
		case !c.Text:
			column.Kind = Code
		}
		if t.File == datasets.ChannelsFile && column.Kind == Code && column.List != listYes {
			column.List = "" // its words are its own
		}
		switch {
		case column.Kind == Year && c.Key:
			column.Role = Time
		case c.Key:
			column.Role = Dimension
		case slices.Contains(marketMeasures[t.File], c.Name):
			column.Role = Measure
		}
		x.Columns = append(x.Columns, column)
	}
	guarded := make([]string, len(t.Columns))
	x.Rows = func(yield func([]string, error) bool) {
		for row, err := range rows {
			if err == nil && len(row) != len(guarded) {
				err = fmt.Errorf("a row of %s has %d cells and not %d", t.File, len(row), len(guarded))
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for i, cell := range row {
				if t.Columns[i].Text {
					cell = datasets.Guard(cell)
				}
				guarded[i] = cell
			}
			if !yield(guarded, nil) {
				return
			}
		}
	}
	return x
}

// resultTables are the tables of results that are exported, as report directories have them.
func resultTables() []Export {
	code := func(name, meaning, list string) ExportColumn {
		return ExportColumn{Name: name, Meaning: meaning, Kind: Code, List: list, Role: Dimension}
	}
	free := func(name, meaning string) ExportColumn {
		return ExportColumn{Name: name, Meaning: meaning, Kind: Code, Role: Dimension}
	}
	label := func(name, meaning string) ExportColumn {
		return ExportColumn{Name: name, Meaning: meaning, Kind: Words, Role: Label}
	}
	openings := func(name, meaning string) ExportColumn {
		return ExportColumn{Name: name, Meaning: meaning, Kind: Figure, Unit: "openings", Role: Measure}
	}
	persons := func(name, meaning string) ExportColumn {
		return ExportColumn{Name: name, Meaning: meaning, Kind: Figure, Unit: "persons", Role: Measure}
	}
	ways := func(prefix, meaning string, column func(name, meaning string) ExportColumn) (list []ExportColumn) {
		for _, w := range matcher.Ways() {
			list = append(list, column(prefix+"_"+w.String(), meaning+" "+listWords[listWay][w.String()]))
		}
		return list
	}
	filled := ways("filled", "openings filled", openings)
	region, regionLabel := code("region", "ISO 3166 code of a country or subdivision", listRegion), label("region_name", "what the region is called")
	occupation := code("code", "ISCO-08 code, or skill: and a skill where the files carry one", listOccupation)
	title := label("title", "what the code means")
	period := ExportColumn{Name: "period", Meaning: "year the counts are of", Kind: Year, Role: Time}
	class := "how people of the pool may be placed: own or related occupation at home; free movement in a bloc; by agreement; recruited; individually"
	return []Export{
		{
			Name: "gaps", Title: "a region and an occupation: what fills its openings, what stays empty, who finds no place",
			Columns: slices.Concat([]ExportColumn{code("level", "ISCO digits of the code", listLevel), region, regionLabel, occupation, title, openings("openings", "openings there are")},
				filled, []ExportColumn{openings("unfilled", "the gap: openings that stay empty"), persons("workers", "workers available")},
				ways("placed", "workers placed, where openings are filled", persons), []ExportColumn{
					persons("unplaced", "workers without a place"), persons("idle", "workers without work"),
					persons("surplus", "of the idle, those without a place"),
					openings("alone", "the gap before anything moves: openings no worker of the occupation in the region could fill"),
				}),
		},
		{
			Name: "skills", Title: "a region and a skill: the gap read in skills",
			Columns: slices.Concat([]ExportColumn{
				code("scheme", "ESCO skill groups, or ISCO skill levels", listScheme), region, regionLabel, code("skill", "ESCO skill group or ISCO skill level", listSkill), title,
				openings("openings", "openings there are"),
			}, filled, []ExportColumn{
				openings("gap", "openings that stay empty"), persons("workers", "workers available"), persons("surplus", "idle workers without a place"),
			}),
		},
		{
			Name: "placements", Title: "people of a pool placed in openings; who of a pool took which opening is not determined", summed: true,
			Columns: []ExportColumn{
				code("from", "region of the pool", listRegion), free("class", class), code("to", "region of the openings", listRegion), occupation, title,
				code("contract", "of the openings", listContract),
				{Name: "months", Meaning: "length of the contract", Kind: Figure, Unit: "months", Role: Dimension},
				period,
				code("way", "how the openings are filled", listWay), free("channel", "id of the channel; empty at home"), persons("count", "people placed"),
			},
		},
		{
			Name: "entries", Title: "people of a cohort placed from a pool of those who can do the same", summed: true,
			Columns: []ExportColumn{
				region, occupation, code("status", "of the cohort", listStatus), code("citizenship", "of the cohort", listRegion), period, free("class", class),
				code("pool_code", "what people of the pool are placed as", listOccupation),
				{Name: "fit", Meaning: "share of the skills of what the pool does that the workers have", Kind: Figure, Unit: "share"},
				persons("count", "people placed"),
			},
		},
	}
}

// GapRows are gaps as the rows of gaps.csv.
func GapRows(gaps iter.Seq2[Gap, error]) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for g, err := range gaps {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(gapCells(&g), nil) {
				return
			}
		}
	}
}

// PlacementColumns are the columns of both halves of a placement in one table, as the service lists them.
func PlacementColumns() []ExportColumn {
	code := func(name, meaning, list string) ExportColumn {
		return ExportColumn{Name: name, Meaning: meaning, Kind: Code, List: list, Role: Dimension}
	}
	return []ExportColumn{
		code("layer", "entry: from a cohort into a pool of people who can do this; placement: from the pool into openings", listLayer),
		code("origin", "region of the cohort and of the pool", listRegion), code("worker", "what the cohort can do; of entries", listOccupation),
		code("status", "of the cohort; of entries", listStatus), code("citizenship", "of the cohort; of entries", listRegion),
		code("pool", "what people of the pool are placed as", listOccupation), code("class", "how people of the pool may be placed", ""),
		code("destination", "region of the openings; of placements", listRegion), code("vacancy", "what the openings ask for; of placements", listOccupation),
		code("contract", "of the openings; of placements", listContract), code("channel", "id of the channel; empty at home", ""),
		code("way", "how the openings are filled; of placements", listWay),
		{Name: "count", Meaning: "persons", Kind: Figure, Unit: "persons", Role: Measure},
		{Name: "fit", Meaning: "share of the skills of what the pool does that the workers have; of entries", Kind: Figure, Unit: "share"},
	}
}

// About is a note on where a table comes from.
func About(name, text string) ExportNote { return ExportNote{partTable, name, text} }

// Export is the export of a table of the report: gaps, skills, placements or entries, in the columns that its directory has.
// The report itself may lack the rows; about is what else is known of it.
func (r *Report) Export(table string, rows iter.Seq2[[]string, error], about ...ExportNote) (*Export, error) {
	for _, x := range resultTables() {
		if x.Name == table {
			x.Period, x.Rows, x.Notes = r.Period, rows, slices.Concat(about, r.exportNotes())
			return &x, nil
		}
	}
	return nil, fmt.Errorf("export %s: a report has no such table to export", table)
}
