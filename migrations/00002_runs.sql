-- +goose Up

-- A market solved under a policy, from the moment somebody asks for it. `epoch` counts its claims: only the holder of
-- the last one may write progress or an outcome.
CREATE TABLE runs (
    id               TEXT   NOT NULL PRIMARY KEY,
    owner            TEXT   NOT NULL,
    visibility       TEXT   NOT NULL CHECK (visibility IN ('private', 'shared', 'released')),
    title            TEXT   NOT NULL,
    policy           TEXT   NOT NULL,
    level            BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4),
    objective        TEXT   NOT NULL,
    state            TEXT   NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    phase            TEXT   NOT NULL,
    progress         DOUBLE PRECISION NOT NULL CHECK (progress BETWEEN 0 AND 1),
    error            TEXT   NOT NULL,
    epoch            BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL CHECK (cancel_requested IN (0, 1)),
    created_at       BIGINT NOT NULL,
    started_at       BIGINT,
    finished_at      BIGINT
) STRICT;

CREATE INDEX runs_newest ON runs (created_at DESC, id DESC);
CREATE INDEX runs_by_state ON runs (state, created_at, id);

CREATE TABLE run_datasets (
    run_id     TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    dataset_id TEXT   NOT NULL REFERENCES datasets (id),
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_datasets_by_dataset ON run_datasets (dataset_id);

-- Which run the first page, the metrics and the dashboard show. A slot holds one run, so there is never a moment with
-- two; the only slot for now is `all`.
CREATE TABLE current_runs (
    slot         TEXT   NOT NULL PRIMARY KEY,
    run_id       TEXT   NOT NULL REFERENCES runs (id),
    published_at BIGINT NOT NULL
) STRICT;

-- +goose Down

DROP TABLE current_runs;
DROP TABLE run_datasets;
DROP TABLE runs;
