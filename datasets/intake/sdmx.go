package intake

import (
	"math"
	"strconv"
	"strings"
)

// Concepts of SDMX that have a meaning wherever they are attached (SDMX content-oriented guidelines, annex 2; code
// lists CL_OBS_STATUS 2.2, CL_CONF_STATUS 1.2 and CL_UNIT_MULT 1.0).
const (
	unitMult   = "UNIT_MULT"
	obsStatus  = "OBS_STATUS"
	confStatus = "CONF_STATUS"
	obsFlag    = "OBS_FLAG" // Eurostat's: the letters of OBS_STATUS in lower case, and c for what is confidential
)

// confidentiality is what CL_CONF_STATUS says of an observation that is not free.
var confidentiality = map[string]string{
	"N": "not for publication, restricted for internal use only", "C": "confidential", "D": "secondary confidentiality set by the sender",
	"S": "secondary confidentiality set by the receiver", "A": "primary confidentiality due to small counts",
	"O": "primary confidentiality due to dominance by one unit", "T": "primary confidentiality due to dominance by two units",
	"G": "primary confidentiality due to dominance", "M": "primary confidentiality due to data declared confidential", "E": "under embargo",
	"P": "primary confidentiality due to small counts and dominance",
}

// statuses is what CL_OBS_STATUS says of an observation that is not normal.
var statuses = map[string]string{
	"B": "a break in the time series", "D": "a figure whose definition differs", "E": "estimated by the source", "F": "a forecast",
	"G": "an experimental figure", "I": "imputed by the source", "P": "provisional", "S": "from a strike or another special event",
	"U": "of low reliability", "V": "not validated", "W": "of a combined category", "N": "not significant",
}

// confidential is the row's confidentiality in words; "" where it is free or the source has no such column.
func (r *reader) confidential() string {
	if !r.message {
		return ""
	}
	code := code(r.at(confStatus))
	if code == "" && strings.Contains(r.at(obsFlag), "c") {
		code = "C"
	}
	if code == "" || code == "F" {
		return ""
	}
	if words, ok := confidentiality[code]; ok {
		return words
	}
	return "marked " + code
}

// withheld is whether an empty figure is one that exists and is not told.
func (r *reader) withheld() bool {
	return r.confidential() != "" || r.message && r.status() == "Q"
}

// restricted is the finding of a figure that the source says is not to be shown, though it tells it.
func (r *reader) restricted() (Finding, bool) {
	words := r.confidential()
	if words == "" {
		return Finding{}, false
	}
	return Finding{
		Severity: Warning, Kind: Confidential, Column: confStatus, Value: r.at(confStatus),
		What: "says the figure is " + words + ": it was left out", Hint: "Ask the source for a release of it",
	}, true
}

// status is the code of the row's observation status: the first letter of Eurostat's flags where it has no other.
func (r *reader) status() string {
	if s := code(r.at(obsStatus)); s != "" {
		return s
	}
	for _, flag := range r.at(obsFlag) {
		switch flag {
		case 'c':
		case 's': // estimated by Eurostat
			return "E"
		default:
			return strings.ToUpper(string(flag))
		}
	}
	return ""
}

// observed is what the message says of an observation that is not a normal one, and whether it is an estimate.
func (r *reader) observed() (_ *Finding, estimated bool) {
	if !r.message {
		return nil, false
	}
	status := r.status()
	words, ok := statuses[status]
	if !ok {
		return nil, false
	}
	column := obsStatus
	if r.at(obsStatus) == "" {
		column = obsFlag
	}
	estimated = status == "E" || status == "I" || status == "F"
	return &Finding{Severity: Note, Kind: Provisional, Column: column, Value: r.at(column), What: "says the figure is " + words}, estimated
}

// multiplied is a figure in units: UNIT_MULT is the power of ten it is stated in.
func (r *reader) multiplied(n int64) (int64, state) {
	if !r.message {
		return n, stated
	}
	text := code(r.at(unitMult))
	if text == "" {
		return n, stated
	}
	power, err := strconv.Atoi(text)
	if err != nil || power < -6 || power > 12 {
		return 0, unreadable
	}
	for ; power > 0; power-- {
		if n > maxFigure/10 || n < -maxFigure/10 {
			return 0, unreadable
		}
		n *= 10
	}
	for ; power < 0; power++ {
		n /= 10
	}
	return n, stated
}

// code is the code of a cell that may have its label behind it, as in "A: Normal value".
func code(cell string) string {
	before, _, _ := strings.Cut(cell, ":")
	return strings.TrimSpace(before)
}

// parseScientific reads a figure as messages may write it, such as 1.2E3, to the nearest millionth.
func parseScientific(s string) (int64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v)*micro > maxFigure {
		return 0, false
	}
	return int64(math.Round(v * micro)), true
}
