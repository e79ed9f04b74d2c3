package report

import (
	"labourmatch/matcher"
)

// Options say how a report is made. The zero value asks for the directory's own level and order.
type Options struct {
	// Level is the ISCO level of the run, 1 to 4; 0 is the level the run is best read at, see [DefaultLevel].
	Level int
	// Order of the objective; empty is the directory's policy.
	Order matcher.Order
	// Title of the report; empty is the market's own.
	Title string
	// Engine is the version of the program, printed in the report.
	Engine string
	// Stated are gaps at levels of other classifications, which a source states and this program does not compute.
	Stated []LevelRow
	// Progress, if set, is told what is being done and what share of the whole is done, from 0 to 1.
	Progress func(what string, share float64)
}
