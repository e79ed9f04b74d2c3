package report

import "strings"

// Headline is one figure of the totals in this run and in the cases beside it, in their order: so that none of them is read
// without what it would be if the shares of available and mobile workers are not what they are taken to be.
type Headline struct {
	Name    string
	Money   bool // PPP dollars a year, else openings
	Figures []int64
}

// Headlines lists the totals over [Report.Cases]; a tier that places nobody in any case is left out. It is empty where
// nothing was solved beside the run.
func (r *Report) Headlines() []Headline {
	if len(r.Cases) < 2 {
		return nil
	}
	var list []Headline
	for _, h := range []struct {
		name   string
		money  bool
		always bool
		figure func(*Totals) int64
	}{
		{"filled", false, true, func(t *Totals) int64 { return t.Filled }},
		{"by free movement", false, false, func(t *Totals) int64 { return t.FilledBy.FreeMovement }},
		{"by channel", false, false, func(t *Totals) int64 { return t.FilledBy.Channel }},
		{"unfilled", false, true, func(t *Totals) int64 { return t.Unfilled }},
		{"value a year", true, true, func(t *Totals) int64 { return t.Value }},
	} {
		line, shown := Headline{Name: h.name, Money: h.money}, h.always
		for i := range r.Cases {
			n := h.figure(&r.Cases[i].Totals)
			line.Figures = append(line.Figures, n)
			shown = shown || n != 0
		}
		if shown {
			list = append(list, line)
		}
	}
	return list
}

// Shares says of the shares that the cases vary whether they are assumed or have a source.
func (r *Report) Shares() string {
	var assumed, sourced []string
	for _, n := range r.Policy {
		switch {
		case n.Name != "available" && n.Name != "mobile":
		case n.Assumed:
			assumed = append(assumed, n.Name+" "+plain(n.Value))
		default:
			sourced = append(sourced, n.Name+" "+plain(n.Value)+" ("+n.Source+")")
		}
	}
	switch {
	case len(sourced) == 0:
		return strings.Join(assumed, " and ") + " are assumed"
	case len(assumed) == 0:
		return strings.Join(sourced, " and ") + " have a source"
	}
	return assumed[0] + " is assumed, " + sourced[0] + " is not"
}

// setRange sets the headlines over the cases, under the totals.
func (r *Report) setRange(p *page) {
	lines := r.Headlines()
	if len(lines) == 0 {
		return
	}
	columns := []column{{title: "If the shares are others", flex: true}}
	for _, c := range r.Cases {
		mark := ""
		if c.Run {
			mark = " ◂"
		}
		columns = append(columns, column{title: plain(c.Available) + " / " + plain(c.Mobile) + mark, right: true})
	}
	var rows [][]string
	for _, l := range lines {
		row := []string{l.Name}
		for _, n := range l.Figures {
			if l.Money {
				row = append(row, shortMoney(n))
			} else {
				row = append(row, count(n))
			}
		}
		rows = append(rows, row)
	}
	p.line("")
	p.grid(columns, rows)
	p.prose(2, 0, "Heads are available / mobile, the share of workers able and willing to work and the share of those willing to leave "+
		"the country; ◂ is this run. Its "+r.Shares()+"; mobile is tried at half and at double.")
}
