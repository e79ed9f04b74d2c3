-- +goose Up

-- The run of a scenario: which run it goes on from, and what is changed in that run's market.
CREATE TABLE run_scenarios (
    run_id   TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    base_id  TEXT NOT NULL REFERENCES runs (id),
    name     TEXT NOT NULL,
    title    TEXT NOT NULL,
    scenario TEXT NOT NULL
) STRICT;

CREATE INDEX run_scenarios_by_base ON run_scenarios (base_id, name);

-- +goose Down

DROP TABLE run_scenarios;
