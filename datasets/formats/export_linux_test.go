package formats

// Confine is confine, for a process that tests it.
var Confine = confine
