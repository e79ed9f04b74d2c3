package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Layout is a layout that an owner keeps. It never changes: imports that were read by it say by its name how.
type Layout struct {
	ID      string
	Title   string
	Text    string // YAML, byte for byte; not in lists
	Owner   string
	Created time.Time
}

type layoutRow struct {
	ID      string `db:"id"`
	Title   string `db:"title"`
	Text    string `db:"layout"`
	Owner   string `db:"owner"`
	Created int64  `db:"created_at"`
}

func (r layoutRow) layout() Layout {
	return Layout{r.ID, r.Title, r.Text, r.Owner, time.UnixMicro(r.Created).UTC()}
}

// KeepLayout keeps a layout under its name. The same text again is the layout that is there, and created is false; another
// text of that name is [ErrTaken].
func (s *Store) KeepLayout(ctx context.Context, l Layout) (_ Layout, created bool, err error) {
	if !plain(l.ID) || !plain(l.Text) {
		return Layout{}, false, say(ErrInvalid, "the layout is not UTF-8 text")
	}
	if l.Title, err = titled("title", l.Title); err != nil {
		return Layout{}, false, err
	}
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		sum, err := insertLayoutText(ctx, tx, l.Text)
		if err != nil {
			return err
		}
		created, err = inserted(tx.ExecContext(ctx, `
			INSERT INTO layouts (owner, id, title, sha256, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (owner, id) DO NOTHING`,
			l.Owner, l.ID, l.Title, sum, s.now()))
		if err != nil || created {
			return err
		}
		var kept string
		if err := sqlx.GetContext(ctx, tx, &kept, `SELECT sha256 FROM layouts WHERE owner = $1 AND id = $2`, l.Owner, l.ID); err != nil {
			return err
		}
		if kept != sum {
			return say(ErrTaken, "another layout is kept as %q, and imports rest on it; give this one an id of its own, such as %s-2", l.ID, l.ID)
		}
		return nil
	})
	if err != nil {
		return Layout{}, false, doing("keep layout "+l.ID, err)
	}
	kept, err := s.Layout(ctx, l.Owner, l.ID)
	return kept, created, err
}

// insertLayoutText stores the text of a layout once, and gives its SHA-256; "" for no text.
func insertLayoutText(ctx context.Context, tx *sqlx.Tx, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	sum := hashed(text)
	_, err := tx.ExecContext(ctx, `INSERT INTO layout_texts (sha256, layout) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING`, sum, text)
	return sum, err
}

// Layout returns a layout that the owner keeps.
func (r *Reader) Layout(ctx context.Context, owner, id string) (Layout, error) {
	none := say(ErrNotFound, "there is no layout %q", id)
	if !plain(id) {
		return Layout{}, none
	}
	var row layoutRow
	err := sqlx.GetContext(ctx, r.q, &row, `
		SELECT id, title, layout, owner, created_at FROM layouts JOIN layout_texts ON layout_texts.sha256 = layouts.sha256
		WHERE owner = $1 AND id = $2`, owner, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Layout{}, none
	}
	if err != nil {
		return Layout{}, fmt.Errorf("read layout %s: %w", id, err)
	}
	return row.layout(), nil
}

// Layouts lists the layouts that the owner keeps, by their names.
func (r *Reader) Layouts(ctx context.Context, owner string, request PageRequest) (Page[Layout], error) {
	name := listing("layouts", owner)
	limit, err := request.limit()
	if err != nil {
		return Page[Layout]{}, err
	}
	after, err := request.after(name, 0, 1)
	if err != nil {
		return Page[Layout]{}, err
	}
	q := newQuery(`SELECT id, title, '' AS layout, owner, created_at FROM layouts WHERE (1 = 1)`)
	q.and(`owner = ?`, owner)
	if after != nil {
		q.and(`id > ?`, after.Texts[0])
	}
	var rows []layoutRow
	if err := q.all(ctx, r.q, &rows, `id`, limit); err != nil {
		return Page[Layout]{}, fmt.Errorf("list the layouts: %w", err)
	}
	return paged(rows, limit, layoutRow.layout, func(l layoutRow) position {
		return position{Listing: name, Texts: []string{l.ID}}
	}), nil
}
