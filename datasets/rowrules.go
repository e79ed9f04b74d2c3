package datasets

import (
	"labourmatch/datasets/codes"
	"labourmatch/matcher"
)

// rowRules checks what single cells cannot show; it reports and returns false where the row is at fault.
type rowRules func(r *rowReader, line int) bool

func rulesFor(t Table) rowRules {
	switch t.File {
	case VacanciesFile, WorkersFile:
		return countRules(t)
	case ChannelsFile:
		return channelRules
	case FitsFile:
		return fitRules
	case SafeguardsFile:
		return safeguardRules
	}
	return nil
}

func countRules(t Table) rowRules {
	occupation, skill, count, coverage := t.index("occupation"), t.index("skill"), t.index("count"), t.index("coverage")
	return func(r *rowReader, line int) bool {
		o, s := r.cells[occupation], r.cells[skill]
		ok := true
		switch {
		case r.bad[occupation] || r.bad[skill]:
		case o != "" && s != "":
			r.report(line, "skill", s, "stands beside occupation "+o, "A row has either an occupation or a skill: delete one of the two")
			ok = false
		case o == "" && s == "" && r.headerOK:
			r.report(line, "occupation", "", "is empty, and so is skill", "Give an ISCO-08 code or, where no occupation is known, a skill; a total over all occupations cannot be used")
			ok = false
		}
		n, c := r.cells[count], r.cells[coverage]
		// A count below a thousand stands for no more than a billion, whatever the coverage, which has six decimals.
		if c != "" && len(n) > 3 && !r.bad[count] && !r.bad[coverage] && mustMicro(n)/mustMicro(c) > maxCount {
			r.report(line, "coverage", c, "makes the count of "+n+" stand for more than 1,000,000,000", "Check the coverage: it is the share of the true number that the source sees, from 0 to 1")
			ok = false
		}
		return ok
	}
}

func channelRules(r *rowReader, line int) bool {
	ok := true
	q, okQ := r.cell("quota")
	of, okOf := r.cell("quota_of")
	if okQ && okOf && q != "" && of == "" {
		r.report(line, "quota_of", "", "is empty, but there is a quota", "Say over what the quota is one sum: total, origin, destination, occupation, corridor or each")
		ok = false
	}
	from, okF := r.cell("valid_from")
	to, okT := r.cell("valid_to")
	if okF && okT && from != "" && to != "" {
		// Dates may be of different length: 2022 ends after 2022-05 begins.
		if n := min(len(from), len(to)); to[:n] < from[:n] {
			r.report(line, "valid_to", to, "is before valid_from, "+from, "Exchange the two, or correct one")
			ok = false
		}
	}
	return ok
}

// safeguardRules asks for what a rule needs, and refuses what it has no use for: an amount that does nothing would be
// read as one that does.
func safeguardRules(r *rowReader, line int) bool {
	rule, ok := r.cell("rule")
	if !ok || rule == "" {
		return ok
	}
	fine := true
	fault := func(column, value, what, hint string) {
		r.report(line, column, value, what, hint)
		fine = false
	}
	needs := map[string]string{matcher.RuleList: "list", matcher.RuleStay: "amount", matcher.RuleLeave: "amount", matcher.RuleGate: "protections"}[rule]
	hints := map[string]string{
		"list":   "Name the list: " + codes.WHO2023,
		"amount": "Write the share of the stock that stays, such as 0.9, or the most persons who leave", "protections": "List what a channel must have, such as no_worker_fee",
	}
	for _, column := range []string{"amount", "list", "protections"} {
		value, ok := r.cell(column)
		switch {
		case !ok:
		case column == needs && value == "":
			fault(column, "", "is empty, and the rule "+rule+" needs it", hints[column])
		case column != needs && value != "" && value != "0":
			fault(column, value, "has no meaning for the rule "+rule, "Leave it empty, or choose the rule that it belongs to")
		case column == "amount" && rule == matcher.RuleStay && mustMicro(value) > micro:
			fault(column, value, "is not between 0 and 1", "Write the share that stays, not a percentage")
		case column == "amount" && rule == matcher.RuleLeave && mustMicro(value)%micro != 0:
			fault(column, value, "is not a whole number", "Write persons, without decimals")
		}
	}
	return fine
}

func fitRules(r *rowReader, line int) bool {
	from, okF := r.cell("from")
	to, okT := r.cell("to")
	if okF && okT && from != "" && from == to {
		r.report(line, "to", to, "is the occupation the row starts from", "Delete the row: the same occupation needs no fit")
		return false
	}
	return true
}
