package formats

import (
	"context"
	"fmt"
	"slices"
)

// mlKnownAttributes are ids that SDMX's cross-domain concepts have for attributes, and those in common use. A structure-
// specific message has them where it has dimensions, and does not say which they are.
var mlKnownAttributes = map[string]bool{
	"OBS_STATUS": true, "CONF_STATUS": true, "CONF_STATUS_OBS": true, "OBS_CONF": true, "OBS_FLAG": true, "OBS_COM": true,
	"OBS_PRE_BREAK": true, "PRE_BREAK_VALUE": true, "UNIT_MULT": true, "UNIT_MEASURE": true, "UNIT": true, "DECIMALS": true,
	"POWERCODE": true, "TITLE": true, "TITLE_COMPL": true, "TIME_FORMAT": true, "COLL_METHOD": true, "COLLECTION": true,
	"COMMENT_OBS": true, "COMMENT_TS": true, "COMMENT_DSET": true, "BASE_PER": true, "REFERENCEPERIOD": true,
	"EMBARGO_TIME": true, "COMPILING_ORG": true, "DISS_ORG": true, "LAST_UPDATE": true, "METHODOLOGY": true,
}

// mlSlot is an id that has been seen in a data set, before it has a column.
type mlSlot struct {
	id       string
	role     mlRole
	measure  bool
	attached [mlLevels]int // how often at which level
}

// mlSheet is the data sets of one structure.
type mlSheet struct {
	structure mlStructure
	name      string
	generic   bool
	at        []int64 // of each data set in the file
	slots     map[string]int
	order     []mlSlot
	begun     [mlLevels]int // how many there are of each level
	flat      bool
	raw       [][]pair // of each group its slots and values, until it is known which of them are dimensions

	columns, labels []string
	column          map[string]int
	codes           []map[string]string // labels of the codes of each column, nil if there are none
	groups          groups
}

// slot is the place of an id.
func (t *mlSheet) slot(s *source, id []byte) int {
	i, ok := t.slots[string(id)]
	if !ok {
		i = len(t.order)
		if i >= s.limits.Columns || len(id) == 0 {
			s.fail(fmt.Sprintf("a value without an id, or more than %d of them", s.limits.Columns), "")
			return 0
		}
		t.slots[string(id)] = i
		t.order = append(t.order, mlSlot{id: string(id), measure: string(id) == obsValue})
	}
	return i
}

// survey reads a data set and learns which ids it has, and where.
func (t *mlSheet) survey(x *xmlReader) {
	var group []pair
	var level mlLevel
	w := &mlWalker{xmlReader: x, generic: t.generic, atObs: t.structure.atObs}
	inSeries := false
	w.begin = func(l mlLevel) {
		t.begun[l]++
		level, group = l, group[:0]
	}
	w.value = func(l mlLevel, role mlRole, id, value []byte) {
		i := t.slot(x.source, id)
		if x.err != nil {
			return
		}
		o := &t.order[i]
		o.attached[l]++
		if role == mlDimension || o.role == mlAny {
			o.role = role
		}
		if l == mlOfGroup {
			group = append(group, pair{i, string(value)})
		}
	}
	w.complete = func(l mlLevel) {
		switch l {
		case mlOfSeries:
			inSeries = true
		case mlOfGroup:
			for _, p := range group {
				x.charge(1, p.value)
			}
			t.raw = append(t.raw, slices.Clone(group))
		case mlOfObservation:
			t.flat = t.flat || level == mlOfObservation && !inSeries
		}
	}
	w.dataSet()
}

// settle gives every id its column, now that all have been seen.
func (t *mlSheet) settle(s *source, metadata *mlMetadata) {
	definition := metadata.definition(t.structure.id)
	for i := range t.order {
		o := &t.order[i]
		if o.measure || t.generic {
			continue
		}
		of, level := t.begun[mlOfSeries], mlOfSeries
		if t.flat {
			of, level = t.begun[mlOfObservation], mlOfObservation
		}
		switch {
		case definition != nil:
			o.role = mlAttribute
			if definition.dimension(o.id) {
				o.role = mlDimension
			}
		case o.id == timePeriod || o.id == t.structure.atObs:
			o.role = mlDimension
		case o.attached[mlOfGroup] > 0 && o.attached[level] == of: // what a group shares with every series is its key
			o.role = mlDimension
		case o.role == mlAny && o.attached[level] == of && o.attached[mlOfDataSet] == 0 && !mlKnownAttributes[o.id]:
			o.role = mlDimension
		default:
			o.role = mlAttribute
		}
	}
	sh := shape{time: timePeriod, measures: []string{obsValue}}
	for _, o := range t.order {
		c := component{o.id, metadata.labels(definition, o.id) != nil}
		switch {
		case o.measure:
		case o.role == mlDimension:
			sh.dimensions = append(sh.dimensions, c)
		default:
			sh.attributes = append(sh.attributes, c)
		}
	}
	if definition != nil {
		slices.SortStableFunc(sh.dimensions, func(a, b component) int { return definition.order(a.id) - definition.order(b.id) })
	}
	t.columns, t.labels, t.column = sh.columns()
	if !s.checkColumns(t.columns) {
		return
	}
	t.codes = make([]map[string]string, len(t.columns))
	for i, label := range t.labels {
		if label != "" {
			t.codes[i] = metadata.labels(definition, t.columns[i])
		}
	}
	for _, group := range t.raw {
		var key, attributes []pair
		for _, p := range group {
			o := t.order[p.column]
			if p.column = t.column[o.id]; o.role == mlDimension {
				key = append(key, p)
			} else {
				attributes = append(attributes, p)
			}
		}
		t.groups.add(s, key, attributes)
	}
	t.raw = nil
}

// read walks the observations.
func (t *mlSheet) read(ctx context.Context, f File, limits Limits, k *sink) *source {
	var s *source
	var cells [mlLevels][]string
	for i := range cells {
		cells[i] = make([]string, len(t.columns))
	}
	texts := interned{}
	var groupKey []byte
	value := t.column[obsValue]
	for _, at := range t.at {
		s = newSource(ctx, f, limits, at)
		x := newXMLReader(s)
		w := &mlWalker{xmlReader: x, generic: t.generic, atObs: t.structure.atObs}
		w.begin = func(l mlLevel) {
			switch l {
			case mlOfDataSet:
				clear(cells[l])
			case mlOfSeries, mlOfObservation:
				copy(cells[l], cells[l-1])
			}
		}
		w.value = func(l mlLevel, _ mlRole, id, text []byte) {
			switch i, ok := t.column[string(id)]; {
			case !ok: // of a file that has changed since it was opened
			case i == value:
				cells[l][i] = observed(text)
			default:
				cells[l][i] = texts.text(text)
			}
		}
		w.complete = func(l mlLevel) {
			if l != mlOfObservation {
				return
			}
			row := cells[l]
			groupKey = t.groups.apply(row, groupKey)
			for i, codes := range t.codes {
				if codes != nil {
					row[t.column[t.labels[i]]] = codes[row[i]]
				}
			}
			k.put(s, k.count+1, row)
		}
		if x.next() == xmlStart {
			w.dataSet()
		}
		if s.err != nil {
			break
		}
	}
	return s
}
