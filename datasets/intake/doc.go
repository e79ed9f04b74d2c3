// Package intake reads what ministries and statistics offices really publish: it turns the sheets of a source, see
// package formats, into rows of a market's tables, and says what was understood, what was not, and what to do.
//
// What a source means is said once, by a [Layout], a small YAML file: where its header is, which rows are footnotes,
// which column is what, how its codes map, what a star stands for. A layout is data, so that an official can read and
// change it; some are ready ([Ready]), and [Propose] writes one by looking at the file.
//
//	formats.Document ── Layout.Read ──▶ rows of vacancies.csv, workers.csv, wages.csv  +  Quality
//
// Nothing is lost and nothing is guessed in silence: every count of the source is in a row, in the quality report as
// suppressed, ignored or refused, or makes the file refused; and the masses of these add up.
package intake
