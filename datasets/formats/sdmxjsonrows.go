package formats

import (
	"bytes"
	"context"
	"fmt"
	"slices"
)

// jsonRows is a walk through data sets of one structure.
type jsonRows struct {
	*jsonReader
	t             *jsonStructure
	d             *jsonDataSet
	k             *sink
	series, cells []string
	groupKey      []byte
}

// read walks the observations.
func (t *jsonStructure) read(ctx context.Context, f File, limits Limits, sets []*jsonDataSet, k *sink) *source {
	var s *source
	for _, d := range sets {
		s = newSource(ctx, f, limits, d.at)
		r := &jsonRows{newJSONReader(s), t, d, k, slices.Clone(d.base), make([]string, len(t.columns)), nil}
		for r.object(); r.more(); {
			switch string(r.key) {
			case "series":
				for r.object(); r.more(); {
					r.oneSeries()
				}
			case "observations":
				copy(r.series, d.base)
				r.observations()
			default:
				r.skip()
			}
		}
		if s.err != nil {
			break
		}
	}
	return s
}

// keyed sets the cells of dimensions that a key names, as "0:3:1".
func (r *jsonRows) keyed(key []byte, cs []jsonComponent, at []place, cells []string) bool {
	for i := range cs {
		number, rest, more := bytes.Cut(key, []byte{':'})
		n, ok := digits(number, int64(len(cs[i].values)-1))
		if !ok {
			r.fail(fmt.Sprintf("the key %.60q has no value of %s", r.key, cs[i].id), "")
			return false
		}
		if at[i].set(cells, cs[i].values[n]); more != (i < len(cs)-1) {
			r.fail(fmt.Sprintf("the key %.60q has not as many parts as there are dimensions (%d)", r.key, len(cs)), "")
			return false
		}
		key = rest
	}
	return true
}

// oneSeries walks a series. Its attributes may come after its observations; then these are read again from their place.
func (r *jsonRows) oneSeries() {
	copy(r.series, r.d.base)
	if !r.keyed(r.key, r.t.series, r.t.seriesAt, r.series) {
		return
	}
	known, later := len(r.t.ofSeries) == 0, int64(-1)
	for r.object(); r.more(); {
		switch string(r.key) {
		case "attributes":
			r.attributes(r.t.ofSeries, r.t.ofSeriesAt, r.series)
			known = true
		case "observations":
			if known {
				r.observations()
				continue
			}
			r.peek()
			later = r.offset()
			r.skip()
		default:
			r.skip()
		}
	}
	if later >= 0 && r.err == nil {
		again := *r
		again.jsonReader = newJSONReader(newSource(r.ctx, r.file, r.limits, later))
		if again.observations(); again.err != nil {
			r.stop(again.err)
		}
	}
}

// attributes reads a list of attributes; what is beyond those of the structure are annotations.
func (r *jsonRows) attributes(cs []jsonComponent, at []place, cells []string) {
	i := 0
	for r.array(); r.more(); i++ {
		if i >= len(cs) {
			r.skip()
			continue
		}
		r.attribute(&cs[i], at[i], cells)
	}
}

func (r *jsonRows) attribute(c *jsonComponent, at place, cells []string) {
	if b := r.peek(); c.coded && b >= '0' && b <= '9' { // nearly all are like this
		n, ok := digits(r.scalar(), int64(len(c.values)-1))
		if !ok {
			r.fail(noSuchValue(c.id), "")
			return
		}
		at.set(cells, c.values[n])
		return
	}
	v, ok := c.resolve(readJSONWritten(r.jsonReader))
	if !ok {
		r.fail(noSuchValue(c.id), "")
		return
	}
	at.set(cells, v)
}

// observations walks {"0:1": [value, attributes …], …}.
func (r *jsonRows) observations() {
	for r.object(); r.more(); {
		copy(r.cells, r.series)
		if !r.keyed(r.key, r.t.observation, r.t.obsAt, r.cells) {
			return
		}
		i := 0
		for r.array(); r.more(); i++ {
			switch n := i - len(r.t.measureAt); {
			case n < 0 && r.peek() == '[': // a measure of several values
				v, _ := (&jsonComponent{}).resolve(readJSONWritten(r.jsonReader))
				r.cells[r.t.measureAt[i]] = v.id
			case n < 0:
				r.cells[r.t.measureAt[i]] = observed(r.scalar())
			case n < len(r.t.ofObservation):
				r.attribute(&r.t.ofObservation[n], r.t.ofObservationAt[n], r.cells)
			default:
				r.skip()
			}
		}
		if r.err != nil {
			return
		}
		r.groupKey = r.d.groups.apply(r.cells, r.groupKey)
		for _, p := range r.t.fallbacks {
			if r.cells[p.column] == "" {
				r.cells[p.column] = p.value
			}
		}
		if !r.k.put(r.source, r.k.count+1, r.cells) {
			return
		}
	}
}
