package datasets

import (
	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// Column is one column of a table.
type Column struct {
	Name string
	// Meaning is what the column holds, in a few words.
	Meaning string
	// Required columns must be in the header and have no empty cell.
	Required bool
	// Key columns name the row: no two rows of a file agree in all of them.
	Key bool
	// Text columns hold free text, in which spreadsheets must be kept from seeing formulas.
	Text bool

	check check
}

// Table is one CSV file of a market directory.
type Table struct {
	File    string // its name, such as vacancies.csv
	Title   string // what a row is
	Columns []Column
	// Required tables must be there.
	Required bool
}

// Files of a market directory.
const (
	VacanciesFile  = "vacancies.csv"
	WorkersFile    = "workers.csv"
	ChannelsFile   = "channels.csv"
	WagesFile      = "wages.csv"
	FitsFile       = "fits.csv"
	SafeguardsFile = "safeguards.csv"
	NotesFile      = "notes.csv"
	SignalsFile    = "signals.csv" // no part in the placement: what is said of it afterwards rests on it
	PricesFile     = "prices.csv"  // likewise
	PolicyFile     = "policy.yaml"
)

// Conversion is the word in the regulated column of fits.csv that states a way into a regulated occupation.
const Conversion = "conversion"

// Units a wage may be stated in.
const (
	PerYear  = "PPP$ per year"
	PerMonth = "PPP$ per month"
	PerHour  = "PPP$ per hour"
)

// Tables lists the tables of a market directory in the order their problems are told.
func Tables() []Table {
	out := make([]Table, len(tables))
	copy(out, tables)
	return out
}

// TableFor returns the table a file name stands for.
func TableFor(file string) (Table, bool) {
	for _, t := range tables {
		if t.File == file {
			return t, true
		}
	}
	return Table{}, false
}

// Names lists the table's columns, in order.
func (t Table) Names() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}

// index is the position of a column; the table must have it.
func (t Table) index(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	panic("datasets: " + t.File + " has no column " + name)
}

const need, key = true, true

var (
	anyCount = number(0, maxCount*micro, "count")
	money    = number(0, maxCount*micro, "money")
	coverage = number(1, micro, "share")
	share    = number(0, micro, "share")
	quota    = whole(0, maxCount, "count")
	months   = whole(1, 600, "months")
	contract = word(matcher.PermanentContract, matcher.TemporaryContract, matcher.SeasonalContract)
)

// tables is the description everything else follows: reading, checking, writing, storing, and the documentation.
var tables = []Table{
	{VacanciesFile, "openings alike in region, occupation or skill, and contract", []Column{
		{"region", "ISO 3166 code of a country or subdivision", need, key, false, region},
		{"occupation", "ISCO-08 code; or else fill in skill", false, key, false, occupation},
		{"skill", "ISCO skill level or ESCO skill group, where no occupation is known", false, key, false, skill},
		{"period", "year the count is of", need, key, false, year},
		{"count", "number of openings", need, false, false, anyCount},
		{"kind", "stock, flow or net", need, key, false, word(string(matcher.Stock), string(matcher.Flow), string(matcher.Net))},
		{"wage", "PPP dollars a year", false, false, false, money},
		{"contract", "permanent, temporary or seasonal", false, key, false, contract},
		{"months", "length of the contract", false, key, false, months},
		{"coverage", "share of the true number the source sees", false, false, false, coverage},
		{"source", "the publication, in words", need, false, true, text},
		{"date", "of publication or retrieval", need, false, false, date},
		{"licence", "terms the figure may be used under", need, false, true, text},
		{"assumed", "yes where no source states the figure", false, false, false, yesNo},
		{"estimated", "yes where the figure is derived from a published one by stated shares", false, false, false, yesNo},
	}, true},
	{WorkersFile, "workers alike in region, occupation or skill, status and citizenship", []Column{
		{"region", "ISO 3166 code of a country or subdivision", need, key, false, region},
		{"occupation", "ISCO-08 code; or else fill in skill", false, key, false, occupation},
		{"skill", "ISCO skill level or ESCO skill group, where no occupation is known", false, key, false, skill},
		{"period", "year the count is of", need, key, false, year},
		{"count", "number of persons", need, false, false, anyCount},
		{"kind", "stock or flow", need, key, false, workersKind},
		{"status", "unemployed, employed, graduate or jobseeker", false, key, false, word("unemployed", "employed", "graduate", "jobseeker")},
		{"citizenship", "ISO 3166-1 code of a country", false, key, false, country},
		{"outside", "PPP dollars a year the worker has without a placement", false, false, false, money},
		{"coverage", "share of the true number the source sees", false, false, false, coverage},
		{"source", "the publication, in words", need, false, true, text},
		{"date", "of publication or retrieval", need, false, false, date},
		{"licence", "terms the figure may be used under", need, false, true, text},
		{"assumed", "yes where no source states the figure", false, false, false, yesNo},
		{"estimated", "yes where the figure is derived from a published one by stated shares", false, false, false, yesNo},
	}, true},
	{ChannelsFile, "legal ways from one country to another", []Column{
		{"id", "name of the channel, unique in the file", need, key, false, identifier},
		{"title", "what it is called", need, false, true, text},
		{"kind", "free_movement, agreement, visa, points_visa, seasonal, training or humanitarian", need, false, false, channelKind},
		{"level", "bilateral, regional or global", false, false, false, word("bilateral", "regional", "global")},
		{"origins", "list of regions or blocs, or *", need, false, false, list(place)},
		{"destinations", "list of regions or blocs, or *", need, false, false, list(place)},
		{"occupations", "list of ISCO-08 codes; empty for all", false, false, false, list(occupation)},
		{"recruitment", "active or individual", false, false, false, word(matcher.Active, matcher.Individual)},
		{"contract", "the contract it serves: permanent, temporary, circular or seasonal; empty for any", false, false, false, word(
			matcher.PermanentContract, matcher.TemporaryContract, matcher.CircularContract, matcher.SeasonalContract)},
		{"months", "the longest stay; empty for no limit", false, false, false, months},
		{"ages", "of workers, such as 18-30; for readers, since counts have no age", false, false, false, ages},
		{"quota", "the most people a year; empty for no limit", false, false, false, quota},
		{"quota_of", "what the quota is one sum over", false, false, false, word(matcher.QuotaSums()...)},
		{"cost_worker", "PPP dollars the worker pays, once", false, false, false, money},
		{"cost_employer", "PPP dollars the employer pays, once", false, false, false, money},
		{"days", "from application to start", false, false, false, whole(0, 10000, "days")},
		{"protections", "list of words", false, false, false, list(protection)},
		{"agreement", "title of the agreement that covers it", false, false, true, text},
		{"valid_from", "first day, month or year", false, false, false, date},
		{"valid_to", "last day, month or year", false, false, false, date},
		{"in_force", "yes, law, practice, no or unknown", false, false, false, word("yes", "law", "practice", "no", "unknown")},
		{"source", "the law, agreement or page, in words", need, false, true, text},
		{"url", "where the source is", false, false, false, address},
		{"date", "of publication or retrieval", need, false, false, date},
		{"licence", "terms the figures may be used under", false, false, true, text},
		{"assumed", "yes where no source states the figures", false, false, false, yesNo},
	}, false},
	{WagesFile, "what an occupation earns in a region", []Column{
		{"region", "ISO 3166 code; of an occupation's wage that of the subdivision counts, else that of its country", need, key, false, region},
		{"occupation", "ISCO-08 code of any level; empty for all occupations", false, key, false, occupation},
		{"period", "year the wage is of", need, key, false, year},
		{"wage", "in the unit given", need, false, false, money},
		{"unit", "PPP$ per year, PPP$ per month or PPP$ per hour", need, false, false, wageUnit},
		{"source", "the publication, in words", need, false, true, text},
		{"date", "of publication or retrieval", need, false, false, date},
		{"licence", "terms the figure may be used under", false, false, true, text},
		{"assumed", "yes where no source states the figure", false, false, false, yesNo},
	}, false},
	{FitsFile, "the share of one occupation's skills that a worker of another has", []Column{
		{"from", "ISCO-08 code", need, key, false, occupation},
		{"to", "ISCO-08 code", need, key, false, occupation},
		{"fit", "share of the skills of to", need, false, false, share},
		{"training_months", "to make up for the rest", false, false, false, number(0, 120*micro, "months")},
		{"regulated", "conversion, for a stated way into a regulated occupation", false, false, false, word(Conversion)},
		{"source", "the publication, in words", need, false, true, text},
	}, false},
	{SafeguardsFile, "rules that protect an origin", []Column{
		{"id", "name of the safeguard, unique in the file", need, key, false, identifier},
		{"origins", "list of regions or blocs, or *", need, false, false, list(place)},
		{"occupations", "list of ISCO-08 codes; empty for all", false, false, false, list(occupation)},
		{"rule", "list, stay, leave or gate", need, false, false, word(matcher.SafeguardRules()...)},
		{"amount", "of stay the share that stays, of leave the most persons who leave", false, false, false, money},
		{"list", "of list: who-2023", false, false, false, word(codes.WHO2023)},
		{"protections", "of gate: what every channel of recruitment must have", false, false, false, list(protection)},
		{"source", "the law or list, in words", need, false, true, text},
		{"url", "where the source is", false, false, false, address},
		{"date", "of publication or retrieval", need, false, false, date},
		{"licence", "terms the figures may be used under", false, false, true, text},
		{"assumed", "yes where no source states the figures", false, false, false, yesNo},
	}, false},
	{NotesFile, "what a reader of the result must know about the data", []Column{
		{"topic", "a stable word, such as coverage", need, key, false, identifier},
		{"text", "one plain sentence", need, key, true, text},
		{"count", "rows or persons it concerns", false, false, false, whole(0, maxCount, "count")},
	}, false},
	{SignalsFile, "what is known of an occupation beyond counts", []Column{
		{"region", "ISO 3166-1 code of a country", need, key, false, nation},
		{"occupation", "ISCO-08 code of any level; empty for all occupations", false, key, false, occupation},
		{"period", "year the figures are of", need, key, false, year},
		{"wage_growth", "growth of the wage within a year, as a share; below zero where it fell", false, false, false, signed},
		{"vacancy_days", "days a vacancy stays open", false, false, false, number(0, 10_000*micro, "days")},
		{"source", "the publication, in words", need, false, true, text},
		{"date", "of publication or retrieval", need, false, false, date},
		{"licence", "terms the figures may be used under", need, false, true, text},
		{"assumed", "yes where no source states the figures", false, false, false, yesNo},
	}, false},
	{PricesFile, "how dear a country is", []Column{
		{"region", "ISO 3166-1 code of a country", need, key, false, nation},
		{"period", "year the level is of", need, key, false, year},
		{"price_level", "PPP conversion factor over market exchange rate, United States 1", need, false, false, number(micro/100, 10*micro, "price level")},
		{"source", "the publication, in words", need, false, true, text},
		{"date", "of publication or retrieval", need, false, false, date},
		{"licence", "terms the figure may be used under", need, false, true, text},
		{"assumed", "yes where no source states the figure", false, false, false, yesNo},
	}, false},
}

// channelKind is the kind of a channel.
func channelKind(s string) (string, *fault) {
	if s == "home" {
		return wrong("needs no channel", "Placements at home are always open: delete the row")
	}
	return word(matcher.ChannelKinds()...)(s)
}

// workersKind is the kind of a count of workers, which unlike that of vacancies cannot be net.
func workersKind(s string) (string, *fault) {
	if s == string(matcher.Net) {
		return wrong("is a kind of vacancies only", "Workers are counted as stock or flow: a net number of workers would leave out those whom home could place")
	}
	return word(string(matcher.Stock), string(matcher.Flow))(s)
}
