package store

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"iter"
	"strconv"
	"strings"
)

// Limits of a page.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// PageRequest asks for one page of a listing.
type PageRequest struct {
	// Cursor is the Next of the page before; "" is the first page. It says after which row to go on, not how many rows
	// to leave out: rows that come in meanwhile shift nothing.
	Cursor string
	// Limit is the most items wanted; 0 means DefaultLimit, more than MaxLimit means MaxLimit.
	Limit int
}

// Page is one page of a listing.
type Page[T any] struct {
	Items []T
	Next  string // cursor of the next page; "" after the last
}

// All walks every page of a listing, one query at a time. It stops after the first error.
func All[T any](fetch func(PageRequest) (Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		request := PageRequest{Limit: MaxLimit}
		for {
			page, err := fetch(request)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			request.Cursor = page.Next
		}
	}
}

// limit is the number of rows of the page.
func (r PageRequest) limit() (int, error) {
	switch {
	case r.Limit < 0:
		return 0, say(ErrInvalid, "the limit is %d; give a number from 1 to %d", r.Limit, MaxLimit)
	case r.Limit == 0:
		return DefaultLimit, nil
	}
	return min(r.Limit, MaxLimit), nil
}

// position is what a cursor holds: the sort key of the last row read, and which listing, filter and order it is of, so
// that a cursor taken to another listing is refused instead of giving a wrong page.
type position struct {
	Listing string   `json:"l"`
	Numbers []int64  `json:"n,omitempty"`
	Texts   []string `json:"t,omitempty"`
}

// listing names a listing with its filter, in short.
func listing(name string, filter any) string {
	text, err := json.Marshal(filter)
	if err != nil {
		panic("store: a filter that is no JSON: " + err.Error()) // filters are structs of strings and numbers
	}
	h := fnv.New64a()
	_, _ = h.Write(text)
	return name + "." + strconv.FormatUint(h.Sum64(), 36)
}

func (p position) String() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic("store: a cursor that is no JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// after reads a cursor of the listing with the given numbers and texts in its key; nil is the first page.
func (r PageRequest) after(listing string, numbers, texts int) (*position, error) {
	if r.Cursor == "" {
		return nil, nil
	}
	var p position
	text, err := base64.RawURLEncoding.DecodeString(r.Cursor)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return nil, say(ErrInvalid, "this is no cursor of ours; leave it out to begin at the first page")
	}
	if !plain(strings.Join(p.Texts, "")) || p.Listing != listing || len(p.Numbers) != numbers || len(p.Texts) != texts {
		return nil, say(ErrInvalid, "this cursor belongs to another listing, filter or order; leave it out to begin at the first page")
	}
	return &p, nil
}

// paged makes a page of up to limit+1 rows read: the one too many tells that there is another page.
func paged[R, T any](rows []R, limit int, item func(R) T, key func(R) position) Page[T] {
	page := Page[T]{Items: make([]T, 0, min(len(rows), limit))}
	for i, row := range rows {
		if i == limit {
			page.Next = key(rows[i-1]).String()
			break
		}
		page.Items = append(page.Items, item(row))
	}
	return page
}
