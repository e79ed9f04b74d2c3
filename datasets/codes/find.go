package codes

import (
	"regexp"
	"strings"
	"sync"
)

// FindRegion returns the code of the region that a file of another office means: by its
// code here, its ISO 3166-1 alpha-3 code, a code that other lists use for it (Eurostat's
// EL), or a name of a country in English, French or Spanish. Case counts in codes and
// not in names. It is false for what is no region or may be several.
func FindRegion(text string) (code string, ok bool) {
	text = strings.TrimSpace(text)
	if _, ok := RegionByCode(text); ok {
		return text, true
	}
	if code, ok := Alpha2(text); ok {
		return code, true
	}
	if a, ok := aliases()[text]; ok {
		return a[0], a[0] != ""
	}
	code, ok = countryNames()[plainName(text)]
	return code, ok
}

// countryNames are the countries by their plain names.
var countryNames = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, c := range Countries() {
		out[plainName(c.Name)] = c.Code
	}
	for _, r := range rows("names.csv", "code,name,language") {
		if _, have := out[plainName(r[1])]; !have {
			out[plainName(r[1])] = r[0]
		}
	}
	return out
})

var article = regexp.MustCompile(`^the | \((the|l'|la|le|les|el|los|las)\)$`)

// plainName is a name in lower case without its article, with what stands behind a
// comma before it: "Tanzania, United Republic of" is "united republic of tanzania".
func plainName(name string) string {
	name = strings.ToLower(strings.ReplaceAll(strings.Join(strings.Fields(name), " "), "’", "'"))
	if head, tail, comma := strings.Cut(name, ", "); comma && !strings.Contains(tail, ",") {
		name = tail + " " + head
	}
	return article.ReplaceAllString(name, "")
}
