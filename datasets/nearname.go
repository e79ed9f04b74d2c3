package datasets

import "strings"

// nearName finds the word of a list that someone most likely meant, allowing for case, a plural, a hyphen for an
// underscore and up to two wrong letters (one in short words). It is empty where nothing is near.
func nearName(s string, list []string) string {
	plain := func(s string) string {
		s = strings.ToLower(strings.TrimSpace(s))
		return strings.NewReplacer("-", "_", " ", "_").Replace(s)
	}
	want := plain(s)
	best, distance := "", 3
	for _, word := range list {
		allowed := 2
		if len(word) <= 4 || len(want) <= 4 {
			allowed = 1
		}
		if d := edits(want, plain(word)); d <= allowed && d < distance {
			best, distance = word, d
		}
	}
	if best != "" || len(want) < 4 {
		return best
	}
	for _, word := range list {
		if strings.HasPrefix(plain(word), want) || strings.HasPrefix(want, plain(word)+"_") {
			return word
		}
	}
	return ""
}

// edits is the number of letters to add, drop, change or swap with their neighbour to turn a into b. Long words are
// compared by their first 40 bytes: names are short, and input is not to be trusted.
func edits(a, b string) int {
	a, b = a[:min(len(a), 40)], b[:min(len(b), 40)]
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// anyOf lists words for a hint: `stock, flow or net`.
func anyOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
