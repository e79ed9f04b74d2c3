package web

import (
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"labourmatch/datasets/report"
)

// colours reads the two palettes of the stylesheet.
func colours(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	css, err := fs.ReadFile(Assets(), "style.css")
	if err != nil {
		t.Fatal(err)
	}
	palettes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(css), -1)
	if len(palettes) != 2 {
		t.Fatalf("there are %d palettes and not 2", len(palettes))
	}
	read := func(text string) map[string]string {
		list := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			list[m[1]] = m[2]
		}
		return list
	}
	return read(palettes[0][1]), read(palettes[1][1])
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(colour string) float64 {
	part := func(at int) float64 {
		n, err := strconv.ParseUint(colour[at:at+2], 16, 8)
		if err != nil {
			panic(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(1) + 0.7152*part(3) + 0.0722*part(5)
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTextAndBarsStandOutFromWhatIsBehindThem(t *testing.T) {
	light, dark := colours(t)
	for scheme, c := range map[string]map[string]string{"light": light, "dark": dark} {
		// WCAG 2.2 asks for 4.5 for text (1.4.3) and for 3 for graphics (1.4.11).
		for _, pair := range []struct {
			front, behind string
			least         float64
		}{
			{"ink", "paper", 4.5},
			{"ink", "ground", 4.5},
			{"ink", "this", 4.5},
			{"ink", "tag", 4.5},
			{"soft", "paper", 4.5},
			{"soft", "ground", 4.5},
			{"soft", "this", 4.5},
			{"soft", "alarm-ground", 4.5},
			{"link", "paper", 4.5},
			{"link", "ground", 4.5},
			{"alarm", "paper", 4.5},
			{"alarm", "alarm-ground", 4.5},
			{"paper", "accent", 4.5},
			{"paper", "alarm", 4.5},
			{"focus", "paper", 3},
			{"focus", "ground", 3},
			{"way-0", "paper", 3},
			{"way-1", "paper", 3},
			{"way-2", "paper", 3},
			{"way-3", "paper", 3},
			{"way-4", "paper", 3},
			{"hatch-line", "paper", 3},
			{"hatch-line", "hatch-ground", 3},
		} {
			front, behind := c[pair.front], c[pair.behind]
			if front == "" || behind == "" {
				t.Fatalf("%s: there is no colour %s or %s", scheme, pair.front, pair.behind)
			}
			if got := contrast(front, behind); got < pair.least {
				t.Errorf("%s: %s on %s is %.2f to 1 and not %.1f", scheme, pair.front, pair.behind, got, pair.least)
			}
		}
	}
}

func TestABarIsAsLongAsItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Int64Range(0, 1_000_000_000)
		w := report.Ways{
			SameRegion: count.Draw(t, "region"), SameElsewhere: count.Draw(t, "elsewhere"), RelatedHome: count.Draw(t, "related"),
			FreeMovement: count.Draw(t, "free"), Channel: count.Draw(t, "channel"),
		}
		empty := count.Draw(t, "empty")
		var total int64
		end := 0.0
		for _, s := range bar(w, empty) {
			if s.Count <= 0 || s.W < 0 || math.Abs(s.X-end) > 1e-9 {
				t.Fatalf("the piece %+v does not begin at %v", s, end)
			}
			end, total = s.X+s.W, total+s.Count
		}
		if total != w.Sum()+empty || total > 0 && math.Abs(end-100) > 1e-9 {
			t.Fatalf("the bar of %d ends at %v with %d", w.Sum()+empty, end, total)
		}
	})
}

func TestFiguresAreWrittenAsPeopleReadThem(t *testing.T) {
	for want, got := range map[string]string{
		"0": number(0), "999": number(999), "1,000": number(1000), "−1,234,567": number(-1234567),
		"43.1 billion": short(43_129_753_707), "−1.5 million": strings.ReplaceAll(short(-1_500_000), "-", "−"), "12,345": short(12345),
		"1.7 %": share(15160, 876070), "98 %": share(860910, 876070), "–": share(1, 0), "0 %": share(0, 7),
		"0.02": decimal(0.02), "20,000": decimal(20000), "1": decimal(1),
	} {
		if got != want {
			t.Errorf("%q should be %q", got, want)
		}
	}
}

func TestThePagesHaveNoScriptAndNoStyleOfTheirOwn(t *testing.T) {
	err := fs.WalkDir(templates, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(templates, path)
		if err != nil {
			return err
		}
		for _, bad := range []string{"<script", "style=", "<style", "onclick", "javascript:", "https://", "@import"} {
			if strings.Contains(string(text), bad) {
				t.Errorf("%s has %s in it, which the content security policy forbids", path, bad)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
