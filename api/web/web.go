// Package web holds what a browser sees: the page at / and the reference at /docs.
//
// Both are written by the server from templates, with one stylesheet and no script, so they work without Node at build
// time, without a network at run time, under a policy that allows nothing but the server's own files, on a phone, in
// dark mode and with a screen reader. The interactive dashboard and the interactive reference are built from sources in
// this folder by a later step and take these pages' place where they were built; where they were not, these pages stay.
//
// The package knows how things look and nothing of where they come from: it is handed a finished report or a finished
// description of the interface and writes HTML.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets
var assets embed.FS

// Assets are the files the pages link to, to be served below /assets/.
func Assets() fs.FS {
	sub, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err) // the folder is embedded above: only a broken build gets here
	}
	return sub
}

// Pages writes the pages. It is safe for use by several goroutines.
type Pages struct {
	home, docs *template.Template
}

// New parses the embedded templates.
func New() (*Pages, error) {
	parse := func(page string) (*template.Template, error) {
		t, err := template.New("layout.html").Funcs(functions()).ParseFS(templates, "templates/layout.html", "templates/"+page)
		if err != nil {
			return nil, fmt.Errorf("parse the template of %s: %w", page, err)
		}
		return t, nil
	}
	home, err := parse("home.html")
	if err != nil {
		return nil, err
	}
	docs, err := parse("docs.html")
	if err != nil {
		return nil, err
	}
	return &Pages{home: home, docs: docs}, nil
}

// Home writes the first page.
func (p *Pages) Home(w io.Writer, view Home) error { return render(p.home, w, view) }

// Docs writes the reference of the interface.
func (p *Pages) Docs(w io.Writer, view Docs) error { return render(p.docs, w, view) }

// render executes into memory first, so that a page that fails half way is not sent at all.
func render(t *template.Template, w io.Writer, view any) error {
	var page bytes.Buffer
	if err := t.Execute(&page, view); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("send the page: %w", err)
	}
	return nil
}
