package flow

// Tuned returns o started and priced differently; it must lead to the same plan.
// inputOrder keeps the arcs in the order of the input, rotate begins that order
// at another arc, block is the number of arcs priced at a time.
func (o Options) Tuned(inputOrder bool, rotate, block int) Options {
	o.tune.inputOrder, o.tune.rotate, o.tune.blockSize = inputOrder, rotate, block
	return o
}

// Large returns o for a network to be solved the way that large ones are.
func (o Options) Large() Options {
	o.tune.large = true
	return o
}

// WithMixBits returns o with costs of so few bits mixed from keys that they tie.
func (o Options) WithMixBits(width int) Options {
	o.tune.mixBits = width
	return o
}
