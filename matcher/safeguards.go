package matcher

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"labourmatch/matcher/flow"
)

// guards are the cohorts under a safeguard. Each has a node of those recruited from it, between its leavers and their
// pools, so that a safeguard bounds one arc for each cohort however many pools and channels follow.
type guards struct {
	cohorts []int32                    // in order
	first   int32                      // node of the first; the others follow
	gates   []int32                    // safeguards that are gates
	origins []func(region string) bool // per safeguard: whether it is about those of a region
}

// covers says whether a safeguard is about workers, or vacancies, of a code. Who is known by a skill only is not covered
// by a safeguard of occupations: what is unknown cannot be tested.
func (s *Safeguard) covers(code Code) bool {
	if s.Rule == RuleList {
		return s.share(code) > 0
	}
	return len(s.Occupations) == 0 || code.Occupation != "" && slices.ContainsFunc(s.Occupations, func(prefix string) bool {
		return strings.HasPrefix(code.Occupation, prefix)
	})
}

// share is the share of a code's workers that a list is about.
func (s *Safeguard) share(code Code) float64 {
	for _, x := range s.Shares {
		if x.Occupation == code.Occupation && code.Occupation != "" {
			return x.Share
		}
	}
	return 0
}

// checkSafeguards refuses what no reader of files would let through.
func (x *index) checkSafeguards() error {
	for i := range x.Safeguards {
		s := &x.Safeguards[i]
		switch {
		case i > 0 && s.ID == x.Safeguards[i-1].ID:
			return fmt.Errorf("safeguard %s is there twice", s.ID)
		case s.Rule != RuleList && s.Rule != RuleStay && s.Rule != RuleLeave && s.Rule != RuleGate:
			return fmt.Errorf("safeguard %s has the rule %q, which is not known", s.ID, s.Rule)
		case math.IsNaN(s.Amount) || s.Amount < 0 || s.Rule == RuleStay && s.Amount > 1:
			return fmt.Errorf("safeguard %s has the amount %v; a share lies between 0 and 1, and persons are not below 0", s.ID, s.Amount)
		}
	}
	return nil
}

// openGuards finds the cohorts that a safeguard covers and that somebody may be recruited from, by a channel there is or, with
// anywhere, by any; and the gates.
func (n *network) openGuards(anywhere bool) {
	recruited := int32(slices.Index(n.classes, ClassRecruited)) //nolint:gosec // a few classes
	var skilled, finer int64
	for i := range n.Safeguards {
		s := &n.Safeguards[i]
		n.guards.origins = append(n.guards.origins, n.places(s.Origins))
		if s.Rule == RuleGate {
			n.guards.gates = append(n.guards.gates, int32(i)) //nolint:gosec // fewer rows
		}
		if slices.ContainsFunc(s.Occupations, func(prefix string) bool { return len(prefix) > n.Level }) && s.Rule != RuleList {
			finer++
		}
	}
	for r := range n.regions {
		if !anywhere && !slices.ContainsFunc(n.lanes.from[r], func(l int32) bool { return n.lanes.open[l].class == recruited }) {
			continue
		}
		for c := n.cohorts[r][0]; c < n.cohorts[r][1]; c++ {
			guarded := false
			for i := range n.Safeguards {
				s := &n.Safeguards[i]
				if s.Rule == RuleGate || !n.guards.origins[i](n.Cohorts[c].Region) {
					continue
				}
				guarded = guarded || s.covers(n.Cohorts[c].Code)
				if n.Cohorts[c].Skill != "" && !s.covers(n.Cohorts[c].Code) {
					skilled += n.mobile[c]
				}
			}
			if guarded {
				n.guards.cohorts = append(n.guards.cohorts, int32(c)) //nolint:gosec // fewer rows
			}
		}
	}
	slices.Sort(n.guards.cohorts)
	if skilled > 0 {
		n.notes = append(n.notes, Note{"safeguards", "Leavers known by skill only are not covered by safeguards of occupations.", skilled})
	}
	if finer > 0 {
		n.notes = append(n.notes, Note{"safeguards", "Safeguards of occupations finer than this level bound nobody in them: which part of a coarser cohort they are about is not known.", finer})
	}
}

// stocks are the workers that a safeguard which lets a share of them leave covers, by safeguard and country.
func (n *network) stocks() map[[2]string]int64 {
	stocks := map[[2]string]int64{}
	for i := range n.Safeguards {
		s := &n.Safeguards[i]
		if s.Rule != RuleStay {
			continue
		}
		for c := range n.Cohorts {
			if s.covers(n.Cohorts[c].Code) {
				stocks[[2]string{s.ID, Country(n.Cohorts[c].Region)}] += n.Cohorts[c].Count
			}
		}
	}
	return stocks
}

// connectGuards draws the way to those recruited from the cohorts under a safeguard.
func (n *network) connectGuards() {
	n.guards.first = n.node(len(n.guards.cohorts))
	stocks := n.stocks()
	for k, c := range n.guards.cohorts {
		cohort := &n.Cohorts[c]
		arc := n.arc(leaversNode(int(c)), n.guards.first+int32(k), flow.Inf, mix(hash(cohort.Key()), 13), 0) //nolint:gosec // as in node
		country := number(n.countries, Country(cohort.Region))
		for i := range n.Safeguards {
			s := &n.Safeguards[i]
			if s.Rule == RuleGate || !s.covers(cohort.Code) || !n.guards.origins[i](cohort.Region) {
				continue
			}
			under := sum{channel: -1, safeguard: int32(i), cohort: -1, origin: country, destination: -1, code: -1} //nolint:gosec // fewer rows
			switch s.Rule {
			case RuleList:
				under.kind, under.cohort = listKind, c
			case RuleStay:
				under.kind = stayKind
			case RuleLeave:
				under.kind = leaveKind
			}
			n.limits.put(under, n.mostOf(&under, stocks), arc, s.Rule == RuleList)
		}
	}
}

// recruitedNode is the node that those recruited from a cohort enter their pools from.
func (n *network) recruitedNode(cohort int32) int32 {
	if k, guarded := slices.BinarySearch(n.guards.cohorts, cohort); guarded {
		return n.guards.first + int32(k) //nolint:gosec // as in node
	}
	return leaversNode(int(cohort))
}

// cohortAt is the cohort that a node before the pools belongs to.
func (n *network) cohortAt(node int32) int {
	if node >= n.guards.first {
		return int(n.guards.cohorts[node-n.guards.first])
	}
	return int(node-1) / 2
}

// held says whether a gate keeps those of a region who would fill vacancies of a code from going beside the channels. Who recruits
// there has no agreement and grants nothing.
func (n *network) held(region, code int32) bool {
	return n.shut(&Channel{Kind: Visa, Recruitment: Active}, n.regions[region], n.codes[code])
}

// shut says whether a gate shuts a channel for those of a region who would fill vacancies of a code. Nobody's own right
// passes a gate: it asks for what a recruiter has to grant.
func (n *network) shut(c *Channel, region string, code Code) bool {
	if class := c.Class(); class != ClassAgreement && class != ClassRecruited {
		return false
	}
	return slices.ContainsFunc(n.guards.gates, func(i int32) bool {
		s := &n.Safeguards[i]
		lacks := slices.ContainsFunc(s.Protections, func(p string) bool { return !slices.Contains(c.Protections, p) })
		return lacks && s.covers(code) && n.guards.origins[i](region)
	})
}
