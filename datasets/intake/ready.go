package intake

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed layouts/*.yaml
var layouts embed.FS

var ready = sync.OnceValue(func() []*Layout {
	entries, err := layouts.ReadDir("layouts")
	if err != nil {
		panic("intake: " + err.Error())
	}
	var out []*Layout
	for _, e := range entries {
		data, err := layouts.ReadFile(path.Join("layouts", e.Name()))
		if err != nil {
			panic("intake: " + err.Error())
		}
		l, err := ReadLayout(data, e.Name())
		if err != nil {
			panic(fmt.Sprintf("intake: a ready layout is wrong: %v", err))
		}
		if l.ID+".yaml" != e.Name() {
			panic("intake: layout " + l.ID + " is in " + e.Name())
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b *Layout) int { return strings.Compare(a.ID, b.ID) })
	return out
})

// Ready lists the layouts that come with the program, by id. They must not be changed.
func Ready() []*Layout { return slices.Clone(ready()) }

// ReadyByID is one of them.
func ReadyByID(id string) (*Layout, bool) {
	for _, l := range ready() {
		if l.ID == id {
			return l, true
		}
	}
	return nil, false
}

// ReadyText is the YAML of a ready layout, for a user to start from.
func ReadyText(id string) ([]byte, bool) {
	data, err := layouts.ReadFile("layouts/" + id + ".yaml")
	return data, err == nil
}
