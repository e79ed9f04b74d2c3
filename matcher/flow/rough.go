package flow

// sifts reports whether the simplex works on a pool of arcs that grows as needed,
// not on all of them: where arcs are many for the nodes they join, few can ever
// matter, and most of the time would go into pricing the rest.
func (s *simplex) sifts() bool {
	arcs := s.network.arcs
	return arcs >= 1<<16 && arcs >= 8*len(s.network.supplies)
}

func (s *simplex) rough() error { return nil }
