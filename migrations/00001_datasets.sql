-- One text for both databases. A few words of it are not the same in the two, and this package's Go code sets them when
-- goose reads the text: BIGINT, DOUBLE PRECISION, TEXT, and the options behind a table's closing parenthesis.

-- +goose Up

-- An uploaded file. Content never changes: the same content by the same owner is the same dataset.
CREATE TABLE datasets (
    id         TEXT   NOT NULL PRIMARY KEY,
    file       TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    owner      TEXT   NOT NULL,
    visibility TEXT   NOT NULL CHECK (visibility IN ('private', 'shared', 'released')),
    row_count  BIGINT NOT NULL CHECK (row_count >= 0),
    bytes      BIGINT NOT NULL CHECK (bytes >= 0),
    created_at BIGINT NOT NULL,
    UNIQUE (owner, file, sha256)
) STRICT;

CREATE INDEX datasets_newest ON datasets (created_at DESC, id DESC);

-- The rows of the files of a market directory, cell by cell in canonical text: what a cell means is package datasets'
-- knowledge, and a decimal kept as text comes back as it was given.
CREATE TABLE dataset_vacancies (
    dataset_id TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    region     TEXT   NOT NULL,
    occupation TEXT   NOT NULL,
    skill      TEXT   NOT NULL,
    period     TEXT   NOT NULL,
    count      TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    wage       TEXT   NOT NULL,
    contract   TEXT   NOT NULL,
    months     TEXT   NOT NULL,
    coverage   TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    date       TEXT   NOT NULL,
    licence    TEXT   NOT NULL,
    assumed    TEXT   NOT NULL,
    estimated  TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_workers (
    dataset_id  TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq         BIGINT NOT NULL,
    region      TEXT   NOT NULL,
    occupation  TEXT   NOT NULL,
    skill       TEXT   NOT NULL,
    period      TEXT   NOT NULL,
    count       TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    status      TEXT   NOT NULL,
    citizenship TEXT   NOT NULL,
    outside     TEXT   NOT NULL,
    coverage    TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    date        TEXT   NOT NULL,
    licence     TEXT   NOT NULL,
    assumed     TEXT   NOT NULL,
    estimated   TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_channels (
    dataset_id    TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq           BIGINT NOT NULL,
    id            TEXT   NOT NULL,
    title         TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    origins       TEXT   NOT NULL,
    destinations  TEXT   NOT NULL,
    occupations   TEXT   NOT NULL,
    recruitment   TEXT   NOT NULL,
    contract      TEXT   NOT NULL,
    months        TEXT   NOT NULL,
    quota         TEXT   NOT NULL,
    quota_of      TEXT   NOT NULL,
    cost_worker   TEXT   NOT NULL,
    cost_employer TEXT   NOT NULL,
    days          TEXT   NOT NULL,
    protections   TEXT   NOT NULL,
    agreement     TEXT   NOT NULL,
    valid_from    TEXT   NOT NULL,
    valid_to      TEXT   NOT NULL,
    in_force      TEXT   NOT NULL,
    source        TEXT   NOT NULL,
    date          TEXT   NOT NULL,
    licence       TEXT   NOT NULL,
    assumed       TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_wages (
    dataset_id TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    region     TEXT   NOT NULL,
    occupation TEXT   NOT NULL,
    period     TEXT   NOT NULL,
    wage       TEXT   NOT NULL,
    unit       TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    date       TEXT   NOT NULL,
    licence    TEXT   NOT NULL,
    assumed    TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_fits (
    dataset_id      TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq             BIGINT NOT NULL,
    "from"          TEXT   NOT NULL,
    "to"            TEXT   NOT NULL,
    fit             TEXT   NOT NULL,
    training_months TEXT   NOT NULL,
    regulated       TEXT   NOT NULL,
    source          TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_safeguards (
    dataset_id  TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq         BIGINT NOT NULL,
    id          TEXT   NOT NULL,
    origins     TEXT   NOT NULL,
    occupations TEXT   NOT NULL,
    rule        TEXT   NOT NULL,
    amount      TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    date        TEXT   NOT NULL,
    licence     TEXT   NOT NULL,
    assumed     TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_notes (
    dataset_id TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    topic      TEXT   NOT NULL,
    text       TEXT   NOT NULL,
    count      TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

-- +goose Down

DROP TABLE dataset_notes;
DROP TABLE dataset_safeguards;
DROP TABLE dataset_fits;
DROP TABLE dataset_wages;
DROP TABLE dataset_channels;
DROP TABLE dataset_workers;
DROP TABLE dataset_vacancies;
DROP TABLE datasets;
