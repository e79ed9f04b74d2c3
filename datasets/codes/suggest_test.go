package codes

import "testing"

func TestAnUnknownRegionIsToldWhatToWrite(t *testing.T) {
	for code, want := range map[string]string{
		"DE":      "",
		"DE-BY":   "",
		"EL":      "EL is the European Union's code for Greece; write GR",
		"UK":      "UK is a reserved code and not the one ISO 3166-1 assigns to the United Kingdom; write GB",
		"UK-SCT":  "UK is a reserved code and not the one ISO 3166-1 assigns to the United Kingdom; write GB-SCT",
		"DEU":     "DEU is the three-letter code of Germany; write DE",
		"de":      "did you mean DE?",
		" DE":     "did you mean DE?",
		"DE_BY":   "did you mean DE-BY?",
		"DE–BY":   "did you mean DE-BY?",
		"Germany": "write the code DE",
		"bayern":  "write the code DE-BY",
		"Limburg": "write the code BE-VLI or NL-LI",
		"DE1":     "DE1 is the NUTS code of Baden-Württemberg; write DE-BW",
		"DE-XX":   "Germany has no such subdivision; its codes run from DE-BB to DE-TH",
		"VA-1":    "Vatican City has no subdivisions in ISO 3166-2; write VA",
		"QQ":      "",
		"TOTAL":   "this looks like the row of a total; delete it, since its parts are counted already",
		"":        "",
	} {
		if got := SuggestRegion(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

func TestAnUnknownOccupationIsToldWhatToWrite(t *testing.T) {
	for code, want := range map[string]string{
		"2221":                  "",
		"110":                   "did you mean 0110? A leading zero was lost; keep the column as text",
		"2221.0":                "did you mean 2221?",
		" 2221 ":                "did you mean 2221?",
		"110.0":                 "did you mean 0110? A leading zero was lost; keep the column as text",
		"OC2221":                "write the bare code 2221",
		"OCU_ISCO08_2":          "write the bare code 2",
		"C2221":                 "write the bare code 2221",
		"2221 Nurses":           "write the code alone: 2221",
		"nursing professionals": "write the code 2221",
		"22211":                 "ISCO-08 codes have at most four digits; if this is a national code made from ISCO, its unit group is 2221 Nursing professionals",
		"99999":                 "ISCO-08 codes have at most four digits; a national classification must be mapped to ISCO-08 first",
		"2229":                  "ISCO-08 has no 2229; it has 222 Nursing and midwifery professionals above it, with 2221, 2222",
		"welder":                "",
		"Insgesamt":             "this looks like the row of a total; delete it, since its parts are counted already",
		"29-1141":               "this looks like a code of the SOC of the United States; a national classification must be mapped to ISCO-08 first",
		"":                      "",
	} {
		if got := SuggestOccupation(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

func TestAnUnknownSkillIsToldWhatToWrite(t *testing.T) {
	for code, want := range map[string]string{
		"3": "", "3-4": "", "S1": "", "K07": "",
		"s1":        "did you mean S1?",
		"07":        `for the field of knowledge "engineering, manufacturing and construction" write K07`,
		"7":         `for the field of knowledge "engineering, manufacturing and construction" write K07`,
		"K7":        `for the field of knowledge "engineering, manufacturing and construction" write K07`,
		"education": "write the code K01",
		"S9":        "",
		"4-3":       "",
		"":          "",
	} {
		if got := SuggestSkill(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}
