// Package matcher is the engine: a [Market] and a [Policy] go in, a [Result] comes out.
//
// The engine is pure. It reads no file, no clock and no global; the same market and policy give the same result, byte
// for byte, whatever the order of rows, the number of cores or the start of the solver. Files, databases and HTTP are
// other packages' work and call in here through one door, [Match].
//
// Match builds a layered network, because every term of the objective belongs to one step of a worker's way:
//
//	cohort (o,i) ─┬─ fit ─────────────────────────▶ home pool (o,j) ───── home ─────▶ vacancy (d,j)
//	              └─▶ leavers (o,i,k) ── fit ──▶ abroad pool (o,j,k) ── channel ──▶ vacancy (d,j)
//
// where o and d are regions, i and j occupations, and k is the class of channel: free movement within one bloc, covered
// by an agreement, recruited without one, or individual. A pool is "people in o who can do j"; no term and no rule may need i
// together with d. Package flow solves the network exactly and proves it.
package matcher
