// Package datasets stands between files and the domain: it reads the files of a market directory, says everything
// that is wrong with them at once, and builds the [matcher.Market] of any ISCO level from them.
//
// A market directory is a folder of CSV files, each described by a [Table], and a policy.yaml. There is one way in for
// every origin of rows, be it a folder, an upload or the database:
//
//	text ── ReadTable ──▶ canonical cells ── Directory.Add ──▶ Directory ── Check ──▶ Market(level)
//
// Cells are checked and brought into canonical text once, by [ReadTable]; a [Directory] keeps that text, so that what
// is written out is what was read, and content has one identity ([Hasher]) wherever it is stored. Counts stay decimal,
// in millionths, until a market is built; they become whole people once, by largest remainder, so that no total drifts
// with the level it is read at.
//
// Every fault of the data is a [Problem], a value with file, row, column, what is wrong and what to do. Files are
// written by people who are not programmers, so the sentences are part of the interface and are tested word by word.
package datasets
