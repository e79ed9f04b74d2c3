-- +goose Up

-- The outcome of a run: its report as one JSON document, and the rows of it that are asked for by region, occupation
-- and level. Written once, together, when the run is done.
CREATE TABLE run_reports (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    report TEXT NOT NULL
) STRICT;

CREATE TABLE run_gaps (
    run_id                TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    level                 BIGINT NOT NULL,
    region                TEXT   NOT NULL,
    occupation            TEXT   NOT NULL,
    skill                 TEXT   NOT NULL,
    title                 TEXT   NOT NULL,
    openings              BIGINT NOT NULL,
    filled_same_region    BIGINT NOT NULL,
    filled_same_elsewhere BIGINT NOT NULL,
    filled_related_home   BIGINT NOT NULL,
    filled_free_movement  BIGINT NOT NULL,
    filled_channel        BIGINT NOT NULL,
    unfilled              BIGINT NOT NULL,
    workers               BIGINT NOT NULL,
    placed_same_region    BIGINT NOT NULL,
    placed_same_elsewhere BIGINT NOT NULL,
    placed_related_home   BIGINT NOT NULL,
    placed_free_movement  BIGINT NOT NULL,
    placed_channel        BIGINT NOT NULL,
    unplaced              BIGINT NOT NULL,
    idle                  BIGINT NOT NULL,
    surplus               BIGINT NOT NULL,
    alone                 BIGINT NOT NULL,
    PRIMARY KEY (run_id, level, region, occupation, skill)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_gaps_widest ON run_gaps (run_id, level, unfilled DESC, region, occupation, skill);

-- `reading` says what a skill is here: `group`, an ESCO skill group, or `level`, an ISCO skill level.
CREATE TABLE run_skills (
    run_id   TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    reading  TEXT   NOT NULL CHECK (reading IN ('group', 'level')),
    region   TEXT   NOT NULL,
    skill    TEXT   NOT NULL,
    openings BIGINT NOT NULL,
    filled_same_region    BIGINT NOT NULL,
    filled_same_elsewhere BIGINT NOT NULL,
    filled_related_home   BIGINT NOT NULL,
    filled_free_movement  BIGINT NOT NULL,
    filled_channel        BIGINT NOT NULL,
    gap      BIGINT NOT NULL,
    workers  BIGINT NOT NULL,
    surplus  BIGINT NOT NULL,
    PRIMARY KEY (run_id, reading, region, skill)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_skills_widest ON run_skills (run_id, reading, gap DESC, region, skill);

-- Placements by layer: `entry` is cohort to pool, `placement` pool to vacancy. Who of a pool went where is not
-- determined, so no row joins the two.
CREATE TABLE run_placements (
    run_id       TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq          BIGINT NOT NULL,
    layer        TEXT   NOT NULL CHECK (layer IN ('entry', 'placement')),
    origin       TEXT   NOT NULL,
    worker       TEXT   NOT NULL,
    status       TEXT   NOT NULL,
    citizenship  TEXT   NOT NULL,
    pool         TEXT   NOT NULL,
    class        TEXT   NOT NULL,
    destination  TEXT   NOT NULL,
    vacancy      TEXT   NOT NULL,
    contract     TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    way          TEXT   NOT NULL,
    count        BIGINT NOT NULL,
    fit          DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_placements_largest ON run_placements (run_id, count DESC, seq);

-- +goose Down

DROP TABLE run_placements;
DROP TABLE run_skills;
DROP TABLE run_gaps;
DROP TABLE run_reports;
