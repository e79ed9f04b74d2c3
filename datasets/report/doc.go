// Package report turns the outcome of a run into a document that people and programs read, and that a stranger can
// check.
//
// [Build] solves a market directory once for the figures, and again at other levels of detail, at other numbers of the
// policy and in other orders of the objective, because a single figure of this kind says little without them. The
// [Report] it returns holds every figure that is shown anywhere: the text ([Report.WriteText]), the JSON document
// ([Report.WriteJSON]), the tables ([Report.WriteGaps] and its like) and the rows a database keeps are all written from
// it, and nothing is computed while it is shown.
//
// [WriteDir] writes a report directory: the report in all its forms, the inputs it was made from, a certificate that
// its placement is optimal, and a manifest with the SHA-256 of every file. [Verify] reads such a directory, makes the
// report again from the inputs alone and compares every number in every file; it also checks the stored certificate
// against a network built anew. An [Export] takes one table out of the house, with what a reader has to know of it, in the
// forms that spreadsheets and statistics offices read. The same inputs and options give the same bytes, so a report holds no clock time.
package report
