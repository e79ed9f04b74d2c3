package datasets

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"labourmatch/datasets/codes"
)

func TestPublishedChannelsCanBePastedIntoAMarket(t *testing.T) {
	rows := Published()
	table, _ := TableFor(ChannelsFile)
	var file bytes.Buffer
	if err := WriteTable(&file, table, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	d, err := Read(folder(map[string]string{ChannelsFile: file.String(), PolicyFile: "period: 2025\nas_of_years: 100\n"}))
	if err != nil {
		t.Fatal(err)
	}
	m := mustMarket(t, d, 4)
	open, places := 0, int64(0)
	for i := range m.Channels {
		c := &m.Channels[i]
		if !c.Open("2025-07-01") {
			continue
		}
		open++
		places += *c.Quota
		youth := strings.HasPrefix(c.ID, "gb-yms-") && c.Ages != "" && c.Months > 0 && (c.Class() == "individual" || c.Agreement != "")
		if !youth && c.ID != "de-wb-2024" || c.URL == "" {
			t.Errorf("%+v is open", c)
		}
	}
	if len(m.Channels) != len(codes.Channels()) || open != 14 || places != 81_100+50_000 {
		t.Errorf("%d channels, %d open with %d places", len(m.Channels), open, places)
	}
	assumed := 0
	for i := range m.Channels {
		if c := &m.Channels[i]; c.Assumed != strings.Contains(c.Source, "; assumed: ") {
			t.Errorf("%s does not say what it assumes", c.ID)
		} else if c.Assumed {
			assumed++
		}
	}
	if assumed == 0 {
		t.Error("no row assumes anything")
	}
}
