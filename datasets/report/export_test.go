package report

import "labourmatch/matcher"

// LimitName is the name a limit is found by.
func LimitName(r *matcher.Result, l *matcher.Bound) string { return limitName(r, l) }
