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

// WorldScenario is a what-if of the world: Germany's Western Balkans quota as the law has had it since June 2024, twice
// what it was. The quota is the law's; how many would come is not known.
func WorldScenario() []byte {
	return []byte(`name: balkans
title: "Germany's Western Balkans quota, 25,000 a year until 2023, is 50,000 as since June 2024"
changes:
  - quota: de-wb-2021
    to: 50000
`)
}
