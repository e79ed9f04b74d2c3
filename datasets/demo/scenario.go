package demo

// ScenarioName is the file name of [Scenario].
const ScenarioName = "drivers.yaml"

// Scenario is a what-if that the demo shows: training, which is within one government's power. It is made up, and nobody
// has announced it; a signed or enlarged quota would need one with a source, and the demo's countries have none between them.
func Scenario() []byte {
	return []byte(`name: drivers
title: "Made up: a thousand idle transport labourers of Germany are trained as train drivers"
changes:
  - train: 1000
    into: 831
    region: DE
    occupation: 933
`)
}
