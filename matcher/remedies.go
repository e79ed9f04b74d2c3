package matcher

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// The part of a story that says what binds and what would have to change. It is told from what a result leaves over:
// workers, places of quotas, offers. Causes and prices, which are worked out from the solved network, have their place
// beside it: each adds a part to a [Story] and none of them reads another's.

// wayOf sums the options through one channel, or at home, between the openings and workers of a story.
type wayOf struct {
	channel  int32 // −1 at home
	able     int64 // unplaced workers who can do it, or openings they could fill, whatever keeps them apart
	gaining  int64 // of those: they would gain by it and are willing
	value    int64 // the most that one placement would gain; below 0 where everybody would lose
	full     bool  // no place of a quota is left where somebody would gain
	used     int64 // places of the quotas concerned
	quota    int64
	shut     bool
	net      bool
	wageRise int64 // what the openings' wage would have to rise by for the first to gain; 0 where somebody does
}

// waysOf sums options by channel, the best value first. most is the number of openings, or of workers, that the story is
// about: no way can bring more.
func (x *explainer) waysOf(options []option, most int64) []wayOf {
	byChannel := map[int32]*wayOf{}
	type side struct {
		channel int32
		index   int32
	}
	seen := map[side]bool{}
	limits := map[string]bool{}
	for i := range options {
		o := &options[i]
		w := byChannel[o.channel]
		if w == nil {
			w = &wayOf{channel: o.channel, value: math.MinInt64, shut: o.shut, full: true, net: true}
			byChannel[o.channel] = w
		}
		if !seen[side{o.channel, o.cohort}] {
			seen[side{o.channel, o.cohort}] = true
			w.able += x.unplaced[o.cohort]
			if o.value >= 0 {
				w.gaining += x.free(o)
			}
		}
		w.net = w.net && o.home
		if x.unplaced[o.cohort] > 0 {
			w.value = max(w.value, o.value)
		}
		left, limited := x.left(o)
		if !limited {
			w.full = false
			continue
		}
		if !limits[o.limit] {
			limits[o.limit] = true
			w.quota += *x.Market.Channels[o.channel].Quota
			w.used += x.used[o.limit]
		}
		if o.value >= 0 && x.free(o) > 0 && left > 0 {
			w.full = false
		}
	}
	var out []wayOf
	for _, w := range byChannel {
		w.able, w.gaining = min(w.able, most), min(w.gaining, most)
		if w.value < 0 && w.value != math.MinInt64 {
			w.wageRise = int64(math.Ceil(float64(-w.value) / (1 + x.Policy.FillShare.Value)))
		}
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b wayOf) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.channel, b.channel))
	})
	return out
}

func (x *explainer) wayName(w *wayOf) string {
	if w.channel < 0 {
		return "At home"
	}
	name := x.channelName(w.channel)
	return "C" + name[1:]
}

// bindings says of every way what keeps it from bringing more.
func (x *explainer) bindings(ways []wayOf) []string {
	if len(ways) == 0 {
		return []string{"Nothing joins openings to workers who can fill them: no channel, in force or not, and nobody at home."}
	}
	var out []string
	for i := range ways {
		if i == mostSaid {
			out = append(out, fmt.Sprintf("And %s more, each worth less.", some(int64(len(ways)-i), "way")))
			break
		}
		w := &ways[i]
		name := x.wayName(w)
		switch {
		case w.net:
			out = append(out, name+": closed, since the figure is a shortage net of what home could fill.")
		case w.able == 0:
			out = append(out, name+": nobody who could is left unplaced.")
		case w.shut:
			out = append(out, fmt.Sprintf("%s: not shown to be in force in %s; it would reach %s who are unplaced.", name, x.Market.Period, thousands(w.able)))
		case w.value < 0:
			out = append(out, fmt.Sprintf("%s: %s could, but each would lose by it, %s PPP$ a year at the least.", name, thousands(w.able), thousands(-w.value)))
		case w.channel >= 0 && w.gaining == 0:
			out = append(out, fmt.Sprintf("%s: %s could and would gain, but none of them is taken to be willing to leave (mobile %v).", name, thousands(w.able), x.Policy.Mobile.Value))
		case w.quota > 0 && w.full:
			out = append(out, fmt.Sprintf("%s: full, %s of %s places used; %s more would gain by it, up to %s PPP$ a year each.",
				name, thousands(w.used), thousands(w.quota), thousands(w.gaining), thousands(w.value)))
		default:
			out = append(out, fmt.Sprintf("%s: open to %s more who would gain up to %s PPP$ a year, but the order %s has more use for them or for the openings elsewhere.",
				name, thousands(w.gaining), thousands(w.value), x.Policy.Order))
		}
	}
	return out
}

// remedies says what would have to change by how much, the next best way first.
func (x *explainer) remedies(ways []wayOf, most int64, noun string) []string {
	var out []string
	for i := range ways {
		w := &ways[i]
		name := x.wayName(w)
		if len(out) == mostSaid || w.able == 0 || w.net {
			continue
		}
		first := ""
		if len(out) == 0 {
			first = "Next best: "
		}
		switch {
		case w.shut && w.value >= 0 && w.gaining > 0:
			places := ""
			if w.quota > 0 {
				places = fmt.Sprintf(", if its quota of %s allows", thousands(w.quota))
			}
			out = append(out, fmt.Sprintf("%s%s in force would serve up to %s of %s%s.", first, name, thousands(w.gaining), some(most, noun), places))
		case w.value < 0:
			out = append(out, fmt.Sprintf("%s%s, wages higher by %s PPP$ a year would let the first gain.", first, name, thousands(w.wageRise)))
		case w.channel >= 0 && w.gaining == 0:
			out = append(out, fmt.Sprintf("%s%s, up to %s more would come if they were willing; the policy's mobile share, %v, would have to rise.",
				first, name, thousands(w.able), x.Policy.Mobile.Value))
		case w.quota > 0 && w.full:
			out = append(out, fmt.Sprintf("%s%s, up to %s more places would be used, worth up to %s PPP$ a year each.", first, name, thousands(w.gaining), thousands(w.value)))
		}
	}
	if out == nil && most > 0 {
		out = []string{"No change of a quota, a wage or the mobile share alone helps: workers who can would have to be more, or fit better."}
	}
	return out
}
