package codes

import "testing"

func TestRegionsAreFoundByTheCodesAndNamesOthersUse(t *testing.T) {
	for text, want := range map[string]string{
		"DE": "DE", "DE-BY": "DE-BY", "DEU": "DE", "EL": "GR", "UK": "GB", "Germany": "DE", "germany": "DE", " Norway ": "NO", "Allemagne": "DE", "Alemania": "DE",
		"Tanzania, United Republic of": "TZ", "United Republic of Tanzania": "TZ", "Viet Nam": "VN", "Vietnam": "VN", "Cabo Verde": "CV",
		"Bolivia (Plurinational State of)": "BO", "United States of America": "US", "Brunei Darussalam": "BN", "Lao People's Democratic Republic": "LA",
		"Lao People’s Democratic Republic": "LA", "United Kingdom of Great Britain and Northern Ireland": "GB", "Republic of Moldova": "MD",
		"Bosnia and Herzegovina": "BA", "Philippines (the)": "PH", "Republic of Korea": "KR", "Democratic People's Republic of Korea": "KP",
	} {
		if got, ok := FindRegion(text); !ok || got != want {
			t.Errorf("%q is %q, %t; want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "XK", "EU", "WLD", "World", "de", "Korea", "Atlantis", "Paris", "the"} {
		if got, ok := FindRegion(text); ok {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}

func TestEveryNameOfACountryIsOneCountrys(t *testing.T) {
	of := map[string]string{}
	for _, c := range Countries() {
		of[plainName(c.Name)] = c.Code
	}
	for _, r := range rows("names.csv", "code,name,language") {
		if _, ok := RegionByCode(r[0]); !ok {
			t.Errorf("%s has a name and no code", r[0])
		}
		if other := of[plainName(r[1])]; other != "" && other != r[0] {
			t.Errorf("%q is the name of %s and of %s", r[1], other, r[0])
		}
		of[plainName(r[1])] = r[0]
	}
	if len(of) < 600 {
		t.Errorf("%d names", len(of))
	}
}
