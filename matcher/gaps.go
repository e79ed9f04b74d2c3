package matcher

// Gap is one cell of the outcome: a region and an occupation (or skill), both sides of it.
// Openings = Filled + Unfilled, Workers = Placed + Unplaced.
type Gap struct {
	Region string `json:"region"`
	Code
	Title    string `json:"title"`
	Openings int64  `json:"openings"`
	Filled   ByWay  `json:"filled"`
	Unfilled int64  `json:"unfilled"` // the gap
	Workers  int64  `json:"workers"`
	Placed   ByWay  `json:"placed"`
	Unplaced int64  `json:"unplaced"` // the surplus
	// Alone is the gap before anything moves: openings beyond the workers of the same code in the same region.
	Alone int64 `json:"alone"`
}

// SkillGap reads the gap and surplus of a region in one skill: the sum over occupations of gap times the share of the
// skill group in the occupation's essential skills, rounded by largest remainder so that the rows of a region add up
// to its gap to the unit.
type SkillGap struct {
	Region   string `json:"region"`
	Skill    string `json:"skill"` // an ESCO skill group, or `unknown`
	Openings int64  `json:"openings"`
	Gap      int64  `json:"gap"`
	Workers  int64  `json:"workers"`
	Surplus  int64  `json:"surplus"`
}

// Indices are the summary measures of one market at one level of detail; all of them fall or rise with the level, so
// they are never given without it.
type Indices struct {
	Level     int     `json:"level"`
	Openings  int64   `json:"openings"`
	Workers   int64   `json:"workers"`
	Tightness float64 `json:"tightness"` // openings per worker, V/U
	// Mismatch is the share of hires lost because workers and openings are in different cells (Şahin, Song, Topa and
	// Violante 2014) at elasticity ½.
	Mismatch float64 `json:"mismatch"`
}
