package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// query is a SELECT that grows by conditions. Conditions are written with ? and get the next $ numbers, so that each
// stands for itself whatever conditions are there.
type query struct {
	text strings.Builder
	args []any
}

func newQuery(text string) *query {
	q := &query{}
	q.text.WriteString(text)
	return q
}

// and adds a condition. Where it compares with text that cannot be stored, nothing meets it.
func (q *query) and(condition string, args ...any) {
	for _, arg := range args {
		if s, ok := arg.(string); ok && !plain(s) {
			condition, args = `(1 = 0)`, nil
			break
		}
	}
	q.text.WriteString(" AND ")
	for i, part := range strings.Split(condition, "?") {
		if i > 0 {
			q.args = append(q.args, args[i-1])
			q.text.WriteString("$" + strconv.Itoa(len(q.args)))
		}
		q.text.WriteString(part)
	}
}

// under keeps the rows whose region is the given one or a part of it: `DE` has `DE-BY` below it, not `DEX`.
func (q *query) under(column, region string) {
	if region != "" {
		// '.' is the byte after '-', and text is ordered by its bytes.
		q.and(`(`+column+` = ? OR (`+column+` >= ? AND `+column+` < ?))`, region, region+"-", region+".")
	}
}

// prefixed keeps the rows whose code begins with the given one.
func (q *query) prefixed(column, prefix string) {
	if prefix != "" {
		q.and(`substr(`+column+`, 1, length(?)) = ?`, prefix, prefix)
	}
}

// all reads up to one row more than the limit, in the given order.
func (q *query) all(ctx context.Context, db sqlx.QueryerContext, rows any, order string, limit int) error {
	q.args = append(q.args, limit+1)
	return sqlx.SelectContext(ctx, db, rows, q.text.String()+` ORDER BY `+order+` LIMIT $`+strconv.Itoa(len(q.args)), q.args...)
}
