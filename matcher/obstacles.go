package matcher

import (
	"fmt"
	"slices"
)

// named writes a code with its title.
func (x *explainer) named(c Code) string {
	if o := x.n.occupations[c.Occupation]; o != nil && o.Title != "" {
		return c.Occupation + " " + o.Title
	}
	if l := levels(c.Skill); l != nil {
		return "skill level " + c.Skill
	}
	return c.String()
}

// channelName writes a channel with its title.
func (x *explainer) channelName(i int32) string {
	c := &x.Market.Channels[i]
	if c.Title == "" || c.Title == c.ID {
		return "channel " + c.ID
	}
	return "channel " + c.ID + " (" + c.Title + ")"
}

func (x *explainer) wayName(w *wayOf) string {
	if w.channel < 0 {
		return "At home"
	}
	return "C" + x.channelName(w.channel)[1:]
}

// gatesOf names the gates that shut a channel for an option, and what it lacks.
func (x *explainer) gatesOf(o *option) (ids, lacks []string) {
	c := &x.Market.Channels[o.channel]
	for _, i := range x.n.guards.gates {
		s := &x.Market.Safeguards[i]
		if !s.covers(x.Market.Vacancies[o.vacancy].Code) || !x.n.guards.origins[i](x.Market.Cohorts[o.cohort].Region) {
			continue
		}
		before := len(lacks)
		for _, p := range s.Protections {
			if !slices.Contains(c.Protections, p) && !slices.Contains(lacks, p) {
				lacks = append(lacks, p)
			}
		}
		if len(lacks) > before {
			ids = append(ids, s.ID)
		}
	}
	return ids, lacks
}

// obstacles says of every way what keeps it from bringing more.
func (x *explainer) obstacles(ways []wayOf) []string {
	if len(ways) == 0 {
		return []string{"Nothing joins openings to workers who can fill them: no channel, in force or not, and nobody at home."}
	}
	var out []string
	for i := range ways {
		if i == mostSaid {
			out = append(out, fmt.Sprintf("And %s more, each worth less.", some(int64(len(ways)-i), "way")))
			break
		}
		out = append(out, x.wayName(&ways[i])+": "+x.obstacleInWords(&ways[i])+".")
	}
	return out
}

func (x *explainer) obstacleInWords(w *wayOf) string {
	switch w.obstacle {
	case closedHome:
		return "closed, since the figure is a shortage net of what home could fill"
	case nobodyAble:
		if x.cell.ofWorkers {
			return "no opening that they can fill is left empty"
		}
		return "nobody who could is left unplaced"
	case notInForce:
		return fmt.Sprintf("not shown to be in force in %s; it would reach %s who %s", x.Market.Period, x.reachedInWords(w.able), x.wouldGain(w))
	case gateShut:
		ids, lacks := x.gatesOf(&w.held)
		return fmt.Sprintf("shut by %s, since it lacks %s; it would reach %s who %s", gatesNamed(ids), listed(lacks, "and"), x.reachedInWords(w.able), x.wouldGain(w))
	case aLoss:
		return fmt.Sprintf("%s could, but each would lose by it, %s PPP$ a year at the least", thousands(w.able), thousands(-w.value))
	case notWilling:
		return fmt.Sprintf("%s could and would gain up to %s PPP$ a year, but nobody is left who is willing to leave (mobile %v)", thousands(w.able), thousands(w.value), x.Policy.Mobile.Value)
	case guardFull:
		return fmt.Sprintf("safeguard %s keeps them at home, %s of %s places used; %s more would gain by it, up to %s PPP$ a year each",
			x.Market.Safeguards[w.guard.Safeguard].ID, thousands(w.guard.Used), thousands(w.guard.Most), thousands(w.gaining), thousands(w.value))
	case quotaFull:
		return fmt.Sprintf("full, %s of %s places used; %s more would gain by it, up to %s PPP$ a year each", thousands(w.used), thousands(w.quota), thousands(w.gaining), thousands(w.value))
	case betterUse:
	}
	return fmt.Sprintf("open to %s more who would gain up to %s PPP$ a year, but the order %s has more use for them or for the openings elsewhere", thousands(w.gaining), thousands(w.value), x.Policy.Order)
}

// reachedInWords is how many of the other side, in the words of the cell.
func (x *explainer) reachedInWords(n int64) string {
	if x.cell.ofWorkers {
		return thousands(n) + " of them"
	}
	return thousands(n) + " unplaced"
}

func (x *explainer) wouldGain(w *wayOf) string {
	if w.value < 0 {
		return fmt.Sprintf("would lose by it, %s PPP$ a year at the least", thousands(-w.value))
	}
	return fmt.Sprintf("would gain up to %s PPP$ a year", thousands(w.value))
}

func gatesNamed(ids []string) string {
	if len(ids) == 1 {
		return "gate " + ids[0]
	}
	return "gates " + listed(ids, "and")
}

// nextBest says which channel misses by how much: the best of those that are closed, full or dearer.
func (x *explainer) nextBest(ways []wayOf) []string {
	misses := map[obstacle]func(*wayOf) string{
		notInForce: func(*wayOf) string { return "it misses by not being in force" },
		gateShut: func(w *wayOf) string {
			_, lacks := x.gatesOf(&w.held)
			return "it misses by " + some(int64(len(lacks)), "protection") + ", " + listed(lacks, "and")
		},
		aLoss:      func(w *wayOf) string { return fmt.Sprintf("it misses by %s PPP$ a year", thousands(-w.value)) },
		notWilling: func(*wayOf) string { return "it misses by nobody being left who is willing to leave" },
		guardFull: func(w *wayOf) string {
			return fmt.Sprintf("it misses by %s that safeguard %s does not let be recruited", some(w.gaining, "worker"), x.Market.Safeguards[w.guard.Safeguard].ID)
		},
		quotaFull: func(w *wayOf) string { return fmt.Sprintf("it misses by %s of its quota", some(w.gaining, "place")) },
	}
	for i := range ways {
		w := &ways[i]
		if miss := misses[w.obstacle]; w.channel >= 0 && miss != nil {
			return []string{fmt.Sprintf("%s, for %s: %s.", x.wayName(w), some(w.able, x.cell.noun()), miss(w))}
		}
	}
	return nil
}
