package intake

// Filled says how a table was filled.
type Filled struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Hash  string `json:"sha256"`
	// Read is the sum of all figures of the source that belong to the table, Written that of its rows; the difference is
	// what findings list. In millionths, of counts only.
	Read, Written int64 `json:"-"`
}

// Quality is what can be said of a source before anything is stored.
type Quality struct {
	Layout string   `json:"layout"`
	Sheet  string   `json:"sheet,omitempty"`
	Header int      `json:"header"` // its row; 0 where the format names the columns
	Rows   int64    `json:"rows"`   // of data
	Tables []Filled `json:"tables"`
	// Findings are the first [MaxFindings], the gravest and largest first.
	Findings []Finding `json:"findings"`
	// More is how many findings there are beyond those; Counts how many there are of each severity, with those beyond.
	More   int              `json:"more,omitempty"`
	Counts map[Severity]int `json:"counts,omitempty"`
}

// MaxFindings is how many findings are kept in full.
const MaxFindings = 1000

// Refused is whether anything keeps the source from being imported.
func (q *Quality) Refused() bool { return q.Counts[Refusing] > 0 }

// Count is the number of findings of a severity, those beyond MaxFindings included.
func (q *Quality) Count(s Severity) int { return q.Counts[s] }
