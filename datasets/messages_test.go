package datasets

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	vacancyHead = "region,occupation,skill,period,count,kind,wage,contract,months,coverage,source,date,licence,assumed"
	workerHead  = "region,occupation,period,count,kind,status,citizenship,outside,source,date,licence"
	channelHead = "id,title,kind,origins,destinations,occupations,recruitment,months,quota,quota_of,protections,valid_from,valid_to,in_force,source,date"

	// Rows in order, to stand beside the row that is not.
	goodVacancy = "DE,2221,,2024,10,stock,52000,permanent,,,Made up,2024,CC0-1.0,yes"
	goodWorker  = "DE,2221,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"
)

// folder is a market directory in order, with some files replaced, or taken away where the new content is "-".
func folder(changes map[string]string) fstest.MapFS {
	files := map[string]string{
		VacanciesFile: vacancyHead + "\n" + goodVacancy + "\n",
		WorkersFile:   workerHead + "\n" + goodWorker + "\n",
	}
	for name, content := range changes {
		files[name] = content
	}
	out := fstest.MapFS{}
	for name, content := range files {
		if content != "-" {
			out[name] = &fstest.MapFile{Data: []byte(content)}
		}
	}
	return out
}

func vacancies(rows ...string) map[string]string {
	return map[string]string{VacanciesFile: vacancyHead + "\n" + strings.Join(rows, "\n") + "\n"}
}

func workers(rows ...string) map[string]string {
	return map[string]string{WorkersFile: workerHead + "\n" + strings.Join(rows, "\n") + "\n"}
}

func channel(row string) map[string]string {
	return map[string]string{ChannelsFile: channelHead + "\n" + row + "\n"}
}

func wage(row string) map[string]string {
	return map[string]string{WagesFile: "region,occupation,period,wage,unit,source,date\n" + row + "\n"}
}

func policyFile(text string) map[string]string { return map[string]string{PolicyFile: text} }

// messages is every fault the reader knows, with the words it finds for it. Key is the part of the message that
// docs/formats.md explains.
var messages = []struct {
	name    string
	changes map[string]string
	want    string
	key     string
}{
	{
		"missing file",
		map[string]string{WorkersFile: "-"},
		`workers.csv: is missing. Add it; it counts workers alike in region, occupation or skill, status and citizenship.`,
		"is missing",
	},
	{
		"empty file",
		map[string]string{WorkersFile: ""},
		`workers.csv: is empty. Start with a line of column names: region,occupation,skill,period,count,kind,status,citizenship,outside,coverage,source,date,licence,assumed,estimated.`,
		"is empty",
	},
	{
		"no openings",
		map[string]string{VacanciesFile: vacancyHead + "\n"},
		`vacancies.csv: has column names but no rows. Without openings there is nothing to match.`,
		"has column names but no rows",
	},
	{
		"file name nearly right",
		map[string]string{"wage.csv": "region\n"},
		`wage.csv: is not a file of a market directory. Did you mean wages.csv?`,
		"is not a file of a market directory",
	},
	{
		"policy file name nearly right",
		policyOf("policy.yml"),
		`policy.yml: is not a file of a market directory. Did you mean policy.yaml?`,
		"is not a file of a market directory",
	},
	{
		"spreadsheet",
		map[string]string{VacanciesFile: "PK\x03\x04rest"},
		`vacancies.csv: is a spreadsheet and not a CSV file. Save it from your spreadsheet program as CSV UTF-8, with commas.`,
		"is a spreadsheet",
	},
	{
		"UTF-16",
		map[string]string{VacanciesFile: "\xff\xfer\x00"},
		`vacancies.csv: is in UTF-16. Save it as CSV UTF-8.`,
		"is in UTF-16",
	},
	{
		"compressed",
		map[string]string{VacanciesFile: "\x1f\x8b\x08"},
		`vacancies.csv: is compressed. Unpack it first.`,
		"is compressed",
	},
	{
		"semicolons",
		map[string]string{VacanciesFile: strings.ReplaceAll(vacancyHead+"\n"+goodVacancy, ",", ";")},
		`vacancies.csv, row 1: has semicolons between its columns. Save the file with commas between columns; numbers then need a point before decimals.`,
		"has semicolons between its columns",
	},
	{
		"tabs",
		map[string]string{VacanciesFile: strings.ReplaceAll(vacancyHead+"\n"+goodVacancy, ",", "\t")},
		`vacancies.csv, row 1: has tabs between its columns. Save the file with commas between columns; numbers then need a point before decimals.`,
		"has tabs between its columns",
	},
	{
		"unknown column with a near one",
		map[string]string{WorkersFile: strings.Replace(workerHead, "region", "Regions", 1) + "\n" + goodWorker},
		`workers.csv, row 1: "Regions" is not a column of workers.csv. Did you mean region?
workers.csv, row 1, column region: is missing. Add a column named region: ISO 3166 code of a country or subdivision.`,
		"is not a column",
	},
	{
		"unknown column",
		map[string]string{WorkersFile: workerHead + ",remarks\n" + goodWorker + ",none"},
		`workers.csv, row 1: "remarks" is not a column of workers.csv. The columns are region, occupation, skill, period, count, kind, status, citizenship, outside, coverage, source, date, licence, assumed, estimated.`,
		"is not a column",
	},
	{
		"missing columns",
		map[string]string{WorkersFile: "region,occupation,period,count\nDE,2221,2024,10"},
		`workers.csv, row 1, column kind: is missing. Add a column named kind: stock or flow.
workers.csv, row 1, column source: is missing. Add a column named source: the publication, in words.
workers.csv, row 1, column date: is missing. Add a column named date: of publication or retrieval.
workers.csv, row 1, column licence: is missing. Add a column named licence: terms the figure may be used under.`,
		"is missing",
	},
	{
		"no occupation and no skill column",
		map[string]string{WorkersFile: "region,period,count,kind,source,date,licence\nDE,2024,10,stock,Made up,2024,CC0-1.0"},
		`workers.csv, row 1: has neither a column occupation nor a column skill. Add a column named occupation with ISCO-08 codes, or one named skill.`,
		"has neither a column occupation nor a column skill",
	},
	{
		"column twice",
		map[string]string{WorkersFile: workerHead + ",region\n" + goodWorker + ",DE"},
		`workers.csv, row 1, column region: is there twice. Delete one of the two.`,
		"is there twice",
	},
	{
		"column without a name",
		map[string]string{WorkersFile: workerHead + ",\n" + goodWorker + ","},
		`workers.csv, row 1: has no name for its column 12. Name the column, or delete it if it is empty.`,
		"has no name for its column",
	},
	{
		"row too short",
		workers("DE,2221,2024,10"),
		`workers.csv, row 2: has 4 cells where the header has 11. Check for a missing comma; an empty cell still needs its comma.`,
		"cells where the header has",
	},
	{
		"row too long",
		workers("DE,2221,2024,1,400,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2: has 12 cells where the header has 11. Check for a comma inside a text, which then needs quotation marks, or inside a number.`,
		"cells where the header has",
	},
	{
		"quotation mark inside a cell",
		workers("DE,2221,2024,10,stock,unemployed,DE,,The \"green\" card,2024,CC0-1.0"),
		`workers.csv, row 2: has a quotation mark in the wrong place. Put the whole cell in quotation marks and double those inside it: "the ""green"" card".`,
		"has a quotation mark in the wrong place",
	},
	{
		"quotation mark never closed",
		workers(goodWorker, "NO,2221,2024,10,stock,unemployed,NO,,\"Made up,2024,CC0-1.0"),
		`workers.csv, row 3: has a quotation mark in the wrong place. Put the whole cell in quotation marks and double those inside it: "the ""green"" card".`,
		"has a quotation mark in the wrong place",
	},
	{
		"quotation mark never closed in a long file",
		workers("NO,2221,2024,10,stock,unemployed,NO,,\"Made up,2024,CC0-1.0", strings.Repeat(goodWorker+"\n", 2000)),
		`workers.csv, row 2: starts a row of more than 64 KB. Look for a quotation mark (") that is not closed; everything after it counts as one cell.`,
		"starts a row of more than 64 KB",
	},
	{
		"Latin-1",
		workers("DE,2221,2024,10,stock,unemployed,DE,,B\xfcro,2024,CC0-1.0"),
		`workers.csv, row 2, column source: "B�ro" is not UTF-8 text. Save the file as CSV UTF-8; it is probably in Windows-1252 or Latin-1.`,
		"is not UTF-8 text",
	},
	{
		"long cell",
		workers("DE,2221,2024,10,stock,unemployed,DE,," + strings.Repeat("long ", 1000) + ",2024,CC0-1.0"),
		`workers.csv, row 2, column source: "long long long long long long long long long long long long…" is longer than 4,000 characters. Shorten it.`,
		"is longer than 4,000 characters",
	},
	{
		"invisible character",
		workers("DE,2221,2024,10,stock,unemployed,DE,,Made\x00up,2024,CC0-1.0"),
		`workers.csv, row 2, column source: "Made\x00up" has a character that cannot be seen. Delete it and type the text again; it was probably pasted.`,
		"has a character that cannot be seen",
	},
	{
		"empty required cell",
		workers("DE,2221,2024,10,stock,unemployed,DE,,,2024,CC0-1.0"),
		`workers.csv, row 2, column source: is empty. Fill it in: the publication, in words.`,
		"is empty",
	},
	{
		"three-letter country",
		workers("DEU,2221,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column region: "DEU" is not the code of a region. DEU is the three-letter code of Germany; write DE.`,
		"is not the code of a region",
	},
	{
		"Greece as EL",
		workers("EL,2221,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column region: "EL" is not the code of a region. EL is the European Union's code for Greece; write GR.`,
		"is not the code of a region",
	},
	{
		"country by name",
		workers("germany,2221,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column region: "germany" is not the code of a region. Write the code DE.`,
		"is not the code of a region",
	},
	{
		"unknown region",
		workers("Q9,2221,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column region: "Q9" is not the code of a region. Write an ISO 3166-1 code such as DE, or an ISO 3166-2 code such as DE-BY.`,
		"is not the code of a region",
	},
	{
		"citizenship of a subdivision",
		workers("DE,2221,2024,10,stock,unemployed,DE-BY,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column citizenship: "DE-BY" is a part of a country. Citizenship is of a country: write DE.`,
		"is a part of a country",
	},
	{
		"lost leading zero",
		workers("DE,110,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column occupation: "110" is not an occupation of ISCO-08. Did you mean 0110? A leading zero was lost; keep the column as text.`,
		"is not an occupation of ISCO-08",
	},
	{
		"national occupation code",
		workers("DE,83112,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column occupation: "83112" is not an occupation of ISCO-08. ISCO-08 codes have at most four digits; if this is a national code made from ISCO, its unit group is 8311 Locomotive engine drivers.`,
		"is not an occupation of ISCO-08",
	},
	{
		"unknown occupation",
		workers("DE,nurse,2024,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column occupation: "nurse" is not an occupation of ISCO-08. Write a code of ISCO-08 with one to four digits, such as 2221 for nursing professionals.`,
		"is not an occupation of ISCO-08",
	},
	{
		"unknown skill",
		vacancies("DE,,5,2024,10,stock,,,,,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column skill: "5" is not a skill. Write an ISCO skill level (1, 2, 3, 4 or 3-4) or an ESCO skill group such as S1.`,
		"is not a skill",
	},
	{
		"knowledge without its letter",
		vacancies("DE,,09,2024,10,stock,,,,,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column skill: "09" is not a skill. For the field of knowledge "health and welfare" write K09.`,
		"is not a skill",
	},
	{
		"occupation and skill",
		vacancies("DE,2221,4,2024,10,stock,,,,,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column skill: "4" stands beside occupation 2221. A row has either an occupation or a skill: delete one of the two.`,
		"stands beside occupation",
	},
	{
		"neither occupation nor skill",
		vacancies("DE,,,2024,10,stock,,,,,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column occupation: is empty, and so is skill. Give an ISCO-08 code or, where no occupation is known, a skill; a total over all occupations cannot be used.`,
		"is empty, and so is skill",
	},
	{
		"not a year",
		workers("DE,2221,2024Q3,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column period: "2024Q3" is not a year. Write the year alone: 2024.`,
		"is not a year",
	},
	{
		"year out of range",
		workers("DE,2221,24,10,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column period: "24" is not a year. Write four digits between 1900 and 2100, such as 2024.`,
		"is not a year",
	},
	{
		"count NaN",
		workers("DE,2221,2024,NaN,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "NaN" is not a number. If the figure is not known, leave the row out (or the cell empty where that is allowed); write 0 only where it is known to be zero.`,
		"is not a number",
	},
	{
		"count suppressed",
		workers("DE,2221,2024,*,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "*" is not a number. If the figure is not known, leave the row out (or the cell empty where that is allowed); write 0 only where it is known to be zero.`,
		"is not a number",
	},
	{
		"count 1e5",
		workers("DE,2221,2024,1e5,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "1e5" is in scientific notation. Write 100000, and give the column a plain number format.`,
		"is in scientific notation",
	},
	{
		"count 1,5",
		workers(`DE,2221,2024,"1,5",stock,unemployed,DE,,Made up,2024,CC0-1.0`),
		`workers.csv, row 2, column count: "1,5" has a comma. Write a point before decimals (1.5) and nothing between thousands (1500).`,
		"has a comma",
	},
	{
		"count 1 400",
		workers("DE,2221,2024,1 400,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "1 400" has a gap between its digits. Write 1400.`,
		"has a gap between its digits",
	},
	{
		"count negative",
		workers("DE,2221,2024,-3,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "-3" is below zero. A number of persons or openings is never negative; a correction belongs into the figure it corrects.`,
		"is below zero",
	},
	{
		"count with a sign",
		workers("DE,2221,2024,+3,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "+3" has a sign. Write 3.`,
		"has a sign",
	},
	{
		"count beyond a thousand million",
		workers("DE,2221,2024,1000000001,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "1000000001" is not between 0 and 1,000,000,000. Check the unit: counts are single persons or openings.`,
		"is not between",
	},
	{
		"count far beyond",
		workers("DE,2221,2024,123456789012345,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "123456789012345" is far too large. The most a number may be is 1,000,000,000.`,
		"is far too large",
	},
	{
		"count with seven decimals",
		workers("DE,2221,2024,0.1234567,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "0.1234567" has more than six decimals. Round it to six decimals or fewer.`,
		"has more than six decimals",
	},
	{
		"count that is no number",
		workers("DE,2221,2024,many,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "many" is not a number. Write digits, with a point before decimals.`,
		"is not a number",
	},
	{
		"points between thousands",
		workers("DE,2221,2024,1.400,stock,unemployed,DE,,Made up,2024,CC0-1.0", "DE,5321,2024,12.075,stock,unemployed,DE,,Made up,2024,CC0-1.0", "DE,7411,2024,310,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column count: "1.400" looks like thousands: all 2 counts with a point have three digits after it, and none without a point is above 999. A point stands before decimals: if thousands are meant, delete it; if the figures are in thousands, write them out; if they are decimals, add a zero to one of them (1.4000).`,
		"looks like thousands",
	},
	{
		"unknown kind",
		workers("DE,2221,2024,10,stcok,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column kind: "stcok" is not known here. Did you mean stock? Otherwise write flow.`,
		"is not known here",
	},
	{
		"net workers",
		workers("DE,2221,2024,10,net,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column kind: "net" is a kind of vacancies only. Workers are counted as stock or flow: a net number of workers would leave out those whom home could place.`,
		"is a kind of vacancies only",
	},
	{
		"unknown status",
		workers("DE,2221,2024,10,stock,idle,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column status: "idle" is not known here. Write unemployed, employed, graduate or jobseeker.`,
		"is not known here",
	},
	{
		"unknown contract",
		vacancies("DE,2221,,2024,10,stock,,season,,,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column contract: "season" is not known here. Did you mean seasonal? Otherwise write permanent or temporary.`,
		"is not known here",
	},
	{
		"half a month",
		vacancies("DE,2221,,2024,10,stock,,,4.5,,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column months: "4.5" is not a whole number. Write it without decimals.`,
		"is not a whole number",
	},
	{
		"coverage in per cent",
		vacancies("DE,2221,,2024,10,stock,,,,45%,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column coverage: "45%" is a percentage. Write it as a share: 0.45.`,
		"is a percentage",
	},
	{
		"coverage above 1",
		vacancies("DE,2221,,2024,10,stock,,,,45,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column coverage: "45" is not between 0.000001 and 1. Write a share, not a percentage: 0.45.`,
		"is not between",
	},
	{
		"coverage too small for the count",
		vacancies("DE,2221,,2024,100000000,stock,,,,0.001,Made up,2024,CC0-1.0,"),
		`vacancies.csv, row 2, column coverage: "0.001" makes the count of 100000000 stand for more than 1,000,000,000. Check the coverage: it is the share of the true number that the source sees, from 0 to 1.`,
		"makes the count of",
	},
	{
		"not a date",
		workers("DE,2221,2024,10,stock,unemployed,DE,,Made up,31.12.2024,CC0-1.0"),
		`workers.csv, row 2, column date: "31.12.2024" is not a date. Write 2024, 2024-05 or 2024-05-31.`,
		"is not a date",
	},
	{
		"neither yes nor no",
		vacancies("DE,2221,,2024,10,stock,,,,,Made up,2024,CC0-1.0,maybe"),
		`vacancies.csv, row 2, column assumed: "maybe" is neither yes nor no. Write yes or no, or leave the cell empty.`,
		"is neither yes nor no",
	},
	{
		"same key twice",
		workers(goodWorker, "DE,2221,2024,12,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 3: is for the same as row 2: region DE, occupation 2221, period 2024, kind stock, status unemployed, citizenship DE. Keep one of the two rows; if both are right, add them up in one row.`,
		"is for the same as row",
	},
	{
		"ISCO levels mixed in a file",
		workers(goodWorker, "DE,222,2024,12,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, column occupation: mixes ISCO levels: 4 digits in row 2; 3 digits in row 3. Use one level in a file: add up the finer rows, or delete totals that stand beside their parts.`,
		"mixes ISCO levels",
	},
	{
		"stock beside flow",
		workers("DE,2221,2024,12,flow,unemployed,DE,,Made up,2024,CC0-1.0"),
		`workers.csv, row 2, column kind: "flow" stands beside stocks: flow in row 2 of workers.csv; stock in row 2 of vacancies.csv. A number per year and a number at a date cannot be compared; use one of the two in both files, or convert with a sourced mean duration: convert: in the layout of an import (docs/import.md).`,
		"stands beside stocks",
	},
	{
		"too many years apart",
		workers("DE,2221,2017,12,stock,unemployed,DE,,Made up,2024,CC0-1.0"),
		"workers.csv, row 2, column period: \"2017\" is 7 years from the market's period 2024, in row 2; 5 years are allowed at most. Leave such rows out, set `period` in policy.yaml to another year, or consent with `as_of_years: 7` there.",
		"years from the market's period",
	},
	{
		"sum too large",
		workers(manyWorkers()...),
		`workers.csv, column count: adds up to more than 1,000,000,000,000. Check the unit: counts are single persons or openings.`,
		"adds up to more than",
	},
	{
		"channel id",
		channel("my channel,A channel,visa,PH,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column id: "my channel" is not an identifier. Use letters and digits, and . _ + - after the first of them, such as philippines-nurses.`,
		"is not an identifier",
	},
	{
		"channel kind",
		channel("c,A channel,work visa,PH,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column kind: "work visa" is not known here. Write free_movement, agreement, visa, points_visa, seasonal, training or humanitarian.`,
		"is not known here",
	},
	{
		"channel from an unknown bloc",
		channel("c,A channel,free_movement,EUU,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column origins: "EUU" is neither a region nor a bloc. Write region codes such as PH or DE-BY, a bloc (EU, EEA+CH, OECS, CARICOM, CSME, NORDIC, ECOWAS, EAC, SADC, MERCOSUR, MERCOSUR+A, ANDEAN, ASEAN, APEC, NAFTA, USMCA, EAEU, GCC or TTTA), or * for every region.`,
		"is neither a region nor a bloc",
	},
	{
		"channel from a bloc in small letters",
		channel("c,A channel,free_movement,eu,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column origins: "eu" is neither a region nor a bloc. Did you mean EU?`,
		"is neither a region nor a bloc",
	},
	{
		"channel list with commas",
		channel(`c,A channel,visa,"PH,IN",DE,,,,,,,,,,Made up,2024`),
		`channels.csv, row 2, column origins: "PH,IN" is a list with the wrong separator. Put a space between the items of a list.`,
		"is a list with the wrong separator",
	},
	{
		"channel list with a wrong item",
		channel("c,A channel,visa,PH IND,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column origins: "PH IND" has an item that is wrong: "IND" is neither a region nor a bloc. IND is the three-letter code of India; write IN.`,
		"has an item that is wrong",
	},
	{
		"channel list with an item twice",
		channel("c,A channel,visa,PH PH,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column origins: "PH PH" names PH twice. Name it once.`,
		"twice",
	},
	{
		"channel list with a star and more",
		channel("c,A channel,visa,* PH,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column origins: "* PH" names * beside other regions. Write * alone for every region.`,
		"names * beside other regions",
	},
	{
		"quota without quota_of",
		channel("c,A channel,visa,PH,DE,,,,50,,,,,,Made up,2024"),
		`channels.csv, row 2, column quota_of: is empty, but there is a quota. Say over what the quota is one sum: total, origin, destination, occupation, corridor or each.`,
		"is empty, but there is a quota",
	},
	{
		"quota_of",
		channel("c,A channel,visa,PH,DE,,,,50,all,,,,,Made up,2024"),
		`channels.csv, row 2, column quota_of: "all" is not known here. Write each, total, origin, destination, occupation or corridor.`,
		"is not known here",
	},
	{
		"quota with decimals",
		channel("c,A channel,visa,PH,DE,,,,50.5,each,,,,,Made up,2024"),
		`channels.csv, row 2, column quota: "50.5" is not a whole number. Write it without decimals.`,
		"is not a whole number",
	},
	{
		"recruitment",
		channel("c,A channel,visa,PH,DE,,activ,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column recruitment: "activ" is not known here. Did you mean active? Otherwise write individual.`,
		"is not known here",
	},
	{
		"protection",
		channel("c,A channel,visa,PH,DE,,,,,,No-Fee,,,,Made up,2024"),
		`channels.csv, row 2, column protections: "No-Fee" is not the name of a protection. The protections are no_worker_fee, change_employer, standard_contract, equal_treatment, social_security, conventions, complaints, family.`,
		"is not the name of a protection",
	},
	{
		"in_force",
		channel("c,A channel,visa,PH,DE,,,,,,,,,maybe,Made up,2024"),
		`channels.csv, row 2, column in_force: "maybe" is not known here. Write yes, law, practice, no or unknown.`,
		"is not known here",
	},
	{
		"home as a channel",
		channel("c,A channel,home,DE,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column kind: "home" needs no channel. Placements at home are always open: delete the row.`,
		"needs no channel",
	},
	{
		"kind of a channel",
		channel("c,A channel,point_visa,PH,DE,,,,,,,,,,Made up,2024"),
		`channels.csv, row 2, column kind: "point_visa" is not known here. Did you mean points_visa? Otherwise write free_movement, agreement, visa, seasonal, training or humanitarian.`,
		"is not known here",
	},
	{
		"ages",
		map[string]string{ChannelsFile: "id,title,kind,origins,destinations,ages,url,source,date\nc,A channel,visa,PH,DE,18 to 30,who.int,Made up,2024"},
		"channels.csv, row 2, column ages: \"18 to 30\" is not a range of ages. Write the youngest and the oldest with a hyphen, such as 18-30.\nchannels.csv, row 2, column url: \"who.int\" is not an address. Write it in full, such as https://www.who.int.",
		"is not a range of ages",
	},
	{
		"address",
		map[string]string{ChannelsFile: "id,title,kind,origins,destinations,url,source,date\nc,A channel,visa,PH,DE,page 3,Made up,2024"},
		`channels.csv, row 2, column url: "page 3" is not an address. Write it in full, such as https://www.who.int.`,
		"is not an address",
	},
	{
		"free movement over a bloc that grants visits",
		channel("c,A channel,free_movement,APEC,APEC,,,,,,,,,yes,Made up,2024"),
		`channels.csv, row 2, column origins: "APEC" grants no free movement of workers on 2024-07-01. Business visitors with a travel card are admitted without a visa for 60 to 90 days; no employment. See APEC Business Travel Card Operating Framework; APEC member economies. Delete the row, or name the countries and the law that lets their workers move.`,
		"grants no free movement of workers",
	},
	{
		"free movement over a bloc that grants a visa in listed professions",
		mapsOf(channel("c,A channel,free_movement,NAFTA,US,,,,,,,,,yes,Made up,2024"), policyFile("period: 2019\nas_of_years: 100")),
		`channels.csv, row 2, column origins: "NAFTA" grants no free movement of workers on 2019-07-01. A citizen may enter another party temporarily to practise one of about 63 listed professions; no other employment. See NAFTA Art. 1603, Annex 1603 Section D and Appendix 1603.D.1; North American Free Trade Agreement, in force 1994-01-01 to 2020-06-30. Write kind visa, with the occupations and conditions of the instrument.`,
		"grants no free movement of workers",
	},
	{
		"free movement of all over a bloc that grants it to some",
		channel("c,A channel,free_movement,CSME,CSME,2221 5321,,,,,,,,yes,Made up,2024"),
		`channels.csv, row 2, column origins: "CSME" grants free movement on 2024-07-01 in some occupations or between some countries only. A national in one of the approved categories may work in any participating state with a certificate of skills; nationals of Barbados, Belize, Dominica and Saint Vincent and the Grenadines may work in each other without one since 2025-10-01. See Revised Treaty of Chaguaramas Art. 45 and 46; Enhanced Cooperation Protocol; Revised Treaty of Chaguaramas; CSME Unit, Free Movement of People. Name the occupations, 2 2221 2222 232 233 234 235 2642 2651 2652 2653 2654 …, or the countries.`,
		"in some occupations or between some countries only",
	},
	{
		"free movement before the right began",
		mapsOf(channel("c,A channel,free_movement,ANDEAN,ANDEAN,,,,,,,,,yes,Made up,2024"), policyFile("period: 2020\nas_of_years: 100")),
		`channels.csv, row 2, column origins: "ANDEAN" grants no free movement of workers on 2020-07-01. An Andean citizen obtains temporary residence of up to two years in another member state, then permanent residence, and may work there employed or on own account like its nationals. See Decision 878 (Andean Migration Statute); Cartagena Agreement (1969); Decision 878, in force 2021-08-11. Delete the row, or name the countries and the law that lets their workers move.`,
		"grants no free movement of workers",
	},
	{
		"ends before it begins",
		channel("c,A channel,visa,PH,DE,,,,,,,2024-05,2023,,Made up,2024"),
		`channels.csv, row 2, column valid_to: "2023" is before valid_from, 2024-05. Exchange the two, or correct one.`,
		"is before valid_from",
	},
	{
		"bloc not yet there",
		mapsOf(channel("c,A channel,free_movement,EU,EU,,,,,,,,,,Made up,2024"), policyFile("period: 1950\nas_of_years: 100")),
		"channels.csv, row 2, column origins: \"EU\" is a bloc that has no member in 1950. Name the countries, or set `period` in policy.yaml to another year.\nchannels.csv, row 2, column destinations: \"EU\" is a bloc that has no member in 1950. Name the countries, or set `period` in policy.yaml to another year.",
		"is a bloc that has no member",
	},
	{
		"unit of a wage misspelt",
		wage("DE,,2024,3000,PPP$ a month,Made up,2024"),
		`wages.csv, row 2, column unit: "PPP$ a month" is not known here. Write PPP$ per year, PPP$ per month or PPP$ per hour.`,
		"is not known here",
	},
	{
		"unit of a wage",
		wage("DE,,2024,3000,EUR per month,Made up,2024"),
		`wages.csv, row 2, column unit: "EUR per month" is not known here. Divide the wage by the purchasing power parity of its country and year, say so in source, and write PPP$ per year, PPP$ per month or PPP$ per hour.`,
		"is not known here",
	},
	{
		"wage too old",
		wage("DE,,2012,3000,PPP$ per month,Made up,2024"),
		"wages.csv, row 2, column period: \"2012\" is 12 years from the market's period 2024, in row 2; 5 years are allowed at most. Leave such rows out, set `period` in policy.yaml to another year, or consent with `as_of_years: 12` there.",
		"years from the market's period",
	},
	{
		"fit above 1",
		map[string]string{FitsFile: "from,to,fit,source\n2221,5321,80,Made up"},
		`fits.csv, row 2, column fit: "80" is not between 0 and 1. Write a share, not a percentage: 0.8.`,
		"is not between",
	},
	{
		"fit to itself",
		map[string]string{FitsFile: "from,to,fit,source\n2221,2221,1,Made up"},
		`fits.csv, row 2, column to: "2221" is the occupation the row starts from. Delete the row: the same occupation needs no fit.`,
		"is the occupation the row starts from",
	},
	{
		"fit of mixed levels",
		map[string]string{FitsFile: "from,to,fit,source\n2221,532,0.5,Made up"},
		`fits.csv, column from: mixes ISCO levels: 4 digits in row 2; 3 digits in row 2. Use one level in a file: add up the finer rows, or delete totals that stand beside their parts.`,
		"mixes ISCO levels",
	},
	{
		"conversion",
		map[string]string{FitsFile: "from,to,fit,regulated,source\n2221,5321,0.5,yes,Made up"},
		`fits.csv, row 2, column regulated: "yes" is not known here. Write conversion.`,
		"is not known here",
	},
	{
		"safeguard without a rule",
		map[string]string{SafeguardsFile: "id,origins,occupations,rule,amount,source,date\nwho,PH,,,0,Made up,2024"},
		`safeguards.csv, row 2, column rule: is empty. Fill it in: list, stay, leave or gate.`,
		"is empty",
	},
	{
		"safeguard of an unknown rule",
		map[string]string{SafeguardsFile: "id,origins,occupations,rule,amount,source,date\nwho,PH,,quota,0,Made up,2024"},
		`safeguards.csv, row 2, column rule: "quota" is not known here. Write list, stay, leave or gate.`,
		"is not known here",
	},
	{
		"safeguard without what its rule needs",
		map[string]string{SafeguardsFile: "id,origins,rule,amount,list,protections,source,date\na,PH,list,,,,Made up,2024\nb,PH,stay,,,,Made up,2024\nc,PH,gate,,,,Made up,2024"},
		"safeguards.csv, row 2, column list: is empty, and the rule list needs it. Name the list: who-2023.\n" +
			"safeguards.csv, row 3, column amount: is empty, and the rule stay needs it. Write the share of the stock that stays, such as 0.9, or the most persons who leave.\n" +
			"safeguards.csv, row 4, column protections: is empty, and the rule gate needs it. List what a channel must have, such as no_worker_fee.",
		"is empty, and the rule",
	},
	{
		"safeguard with what its rule has no use for",
		map[string]string{SafeguardsFile: "id,origins,rule,amount,list,protections,source,date\na,PH,list,0.5,who-2023,,Made up,2024\nb,PH,stay,0.5,,no_worker_fee,Made up,2024"},
		"safeguards.csv, row 2, column amount: \"0.5\" has no meaning for the rule list. Leave it empty, or choose the rule that it belongs to.\n" +
			"safeguards.csv, row 3, column protections: \"no_worker_fee\" has no meaning for the rule stay. Leave it empty, or choose the rule that it belongs to.",
		"has no meaning for the rule",
	},
	{
		"safeguard amounts",
		map[string]string{SafeguardsFile: "id,origins,rule,amount,source,date\na,PH,stay,90,Made up,2024\nb,PH,leave,2.5,Made up,2024"},
		"safeguards.csv, row 2, column amount: \"90\" is not between 0 and 1. Write the share that stays, not a percentage.\n" +
			"safeguards.csv, row 3, column amount: \"2.5\" is not a whole number. Write persons, without decimals.",
		"is not a whole number",
	},
	{
		"note count",
		map[string]string{NotesFile: "topic,text,count\nunmapped,Some rows could not be mapped,few"},
		`notes.csv, row 2, column count: "few" is not a number. Write digits, with a point before decimals.`,
		"is not a number",
	},
	{
		"policy key",
		policyFile("order: home-first\nmobil: 0.02"),
		`policy.yaml, line 2: "mobil" is not a setting. Did you mean mobile?`,
		"is not a setting",
	},
	{
		"policy key with nothing near",
		policyFile("colour: red"),
		`policy.yaml, line 1: "colour" is not a setting. The settings are title, period, order, cause_order, as_of_years, split_like, available, mobile, fill_share, outside_share, training_year, years, relocation_home, relocation_free, channel_cost, fit_threshold, skill_threshold, level_fit, skill_rise, equity, protection_cost, origin_share, default_wage, take_home, remittance_share, transfer_cost, alarm_share, alarm_hhi, alarm_people.`,
		"is not a setting",
	},
	{
		"order of causes that leaves one out",
		policyFile("cause_order: [no_channel, quota_full, no_skill]"),
		"policy.yaml, line 1, column cause_order: does not name each cause once. Write all of them in one line, as in `cause_order: [quota_full, no_channel, safeguard, no_skill]`.",
		"does not name each cause once",
	},
	{
		"order of causes that is no list",
		policyFile("cause_order: no_channel"),
		"policy.yaml, line 1, column cause_order: \"no_channel\" does not name each cause once. Write all of them in one line, as in `cause_order: [quota_full, no_channel, safeguard, no_skill]`.",
		"does not name each cause once",
	},
	{
		"policy key twice",
		policyFile("mobile: 0.02\nmobile: 0.03"),
		`policy.yaml, line 2, column mobile: is set twice, first in line 1. Delete one of the two.`,
		"is set twice",
	},
	{
		"policy key inside a number",
		policyFile("mobile:\n  value: 0.02\n  unti: share"),
		`policy.yaml, line 3, column mobile: "unti" is not a setting. Did you mean unit?`,
		"is not a setting",
	},
	{
		"policy number out of range",
		policyFile("mobile: 2"),
		`policy.yaml, line 1, column mobile: "2" is out of range. It must lie between 0 and 1.`,
		"is out of range",
	},
	{
		"policy number with a comma",
		policyFile("mobile: 0,02"),
		`policy.yaml, line 1, column mobile: "0,02" has a comma. Write a point before decimals (1.5) and nothing between thousands (1500).`,
		"has a comma",
	},
	{
		"policy number with another unit",
		policyFile("mobile:\n  value: 0.02\n  unit: per cent"),
		`policy.yaml, line 3, column mobile.unit: "per cent" is not the unit of mobile. The program takes it in share: convert the value, or delete the line.`,
		"is not the unit of",
	},
	{
		"policy number without a value",
		policyFile("mobile:\n  source: A survey"),
		"policy.yaml, line 2, column mobile: has no value. Add a line `value: …` below it.",
		"has no value",
	},
	{
		"policy value empty",
		policyFile("mobile:"),
		`policy.yaml, line 1, column mobile: is empty. Give it a value, or delete the line to have the default.`,
		"is empty",
	},
	{
		"policy value a list",
		policyFile("mobile: [1, 2]"),
		"policy.yaml, line 1, column mobile: is not a single value. Write it as one value, as in `mobile: …`.",
		"is not a single value",
	},
	{
		"policy order",
		policyFile("order: homefirst"),
		`policy.yaml, line 1, column order: "homefirst" is not known here. Did you mean home-first? Otherwise write fill-first or value.`,
		"is not known here",
	},
	{
		"policy that is a list",
		policyFile("- mobile: 0.02"),
		"policy.yaml, line 1: is not a list of settings. Write one setting a line, as in `mobile: 0.02`.",
		"is not a list of settings",
	},
	{
		"policy that is no YAML",
		policyFile("mobile: 0.02\n\tyears: 3"),
		"policy.yaml, line 2: cannot be read as YAML (found a tab character that violates indentation). Write one setting a line, as in `mobile: 0.02`, with spaces and not tabs before it.",
		"cannot be read as YAML",
	},
	{
		"policy too large",
		policyFile(strings.Repeat("# a comment\n", 7000)),
		`policy.yaml: is larger than 64 KB. A policy is a few dozen lines; was another file given this name?`,
		"is larger than 64 KB",
	},
}

// policyOf is a policy under another file name.
func policyOf(name string) map[string]string { return map[string]string{name: "mobile: 0.02\n"} }

func mapsOf(list ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range list {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// manyWorkers are rows that are each in order and together more than the engine adds up.
func manyWorkers() []string {
	var out []string
	for y := 1900; y <= 2100; y++ {
		for _, status := range []string{"unemployed", "employed", "graduate", "jobseeker", ""} {
			out = append(out, strings.Join([]string{"DE,2221", strconv.Itoa(y), "1000000000,stock", status, ",,Made up,2024,CC0-1.0"}, ","))
		}
	}
	return out
}

func TestEveryFaultHasItsMessage(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			_, err := Read(folder(m.changes))
			var problems *Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error is %v, want problems", err)
			}
			if got := problems.Error(); got != m.want {
				t.Errorf("got\n%s\nwant\n%s", got, m.want)
			}
			if !strings.Contains(problems.Error(), m.key) {
				t.Errorf("the message does not say %q", m.key)
			}
			if !strings.Contains(string(doc), m.key) {
				t.Errorf("docs/formats.md does not explain %q", m.key)
			}
		})
	}
}
