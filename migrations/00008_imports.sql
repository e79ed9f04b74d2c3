-- +goose Up

-- What was sent, byte for byte: kept once, by the SHA-256 of the bytes, packed by gzip and cut into pieces of at most 1 MiB.
CREATE TABLE raws (
    sha256     TEXT   NOT NULL PRIMARY KEY,
    bytes      BIGINT NOT NULL CHECK (bytes >= 0),
    pieces     BIGINT NOT NULL CHECK (pieces > 0),
    created_at BIGINT NOT NULL
) STRICT;

CREATE TABLE raw_pieces (
    sha256  TEXT   NOT NULL REFERENCES raws (sha256) ON DELETE CASCADE,
    seq     BIGINT NOT NULL,
    content BLOB   NOT NULL,
    PRIMARY KEY (sha256, seq)
) STRICT;

-- Layouts as texts, by their SHA-256, and which of them an owner keeps under which name. Neither ever changes.
CREATE TABLE layout_texts (
    sha256 TEXT   NOT NULL PRIMARY KEY,
    layout TEXT   NOT NULL
) STRICT;

CREATE TABLE layouts (
    owner      TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    sha256     TEXT   NOT NULL REFERENCES layout_texts (sha256),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

-- A file that was taken in: the bytes, the layout it was read by (none where it had the program's own columns), how it was
-- read, as JSON of the interface's. `identity` says which bytes by which layout came to which datasets: what is the same in
-- all of that is the same import.
CREATE TABLE imports (
    id            TEXT   NOT NULL PRIMARY KEY,
    identity      TEXT   NOT NULL UNIQUE,
    owner         TEXT   NOT NULL,
    file_name     TEXT   NOT NULL,
    raw_sha256    TEXT   NOT NULL REFERENCES raws (sha256),
    layout        TEXT   NOT NULL,
    layout_sha256 TEXT   REFERENCES layout_texts (sha256),
    account       TEXT   NOT NULL,
    findings      BIGINT NOT NULL CHECK (findings >= 0),
    created_at    BIGINT NOT NULL
) STRICT;

CREATE INDEX imports_newest ON imports (created_at DESC, id DESC);

CREATE TABLE import_datasets (
    import_id  TEXT   NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    dataset_id TEXT   NOT NULL REFERENCES datasets (id),
    PRIMARY KEY (import_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_datasets_by_dataset ON import_datasets (dataset_id);

-- Everything found while it was read, the gravest first. `figure` is in millionths.
CREATE TABLE import_findings (
    import_id TEXT   NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    seq       BIGINT NOT NULL,
    severity  TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    file      TEXT   NOT NULL,
    line      BIGINT NOT NULL,
    cell      TEXT   NOT NULL,
    value     TEXT   NOT NULL,
    figure    BIGINT NOT NULL,
    times     BIGINT NOT NULL,
    what      TEXT   NOT NULL,
    hint      TEXT   NOT NULL,
    PRIMARY KEY (import_id, seq)
) STRICT, WITHOUT ROWID;

-- What became of a dataset, whose content never changes: the last event says what state it is in. Of `replaced`, other_id
-- is what replaced it.
CREATE TABLE dataset_events (
    dataset_id TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    kind       TEXT   NOT NULL CHECK (kind IN ('stored', 'restored', 'replaced', 'withdrawn')),
    other_id   TEXT   REFERENCES datasets (id),
    import_id  TEXT   REFERENCES imports (id),
    reason     TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX dataset_events_by_other ON dataset_events (other_id);

INSERT INTO dataset_events (dataset_id, seq, kind, other_id, import_id, reason, actor, at)
    SELECT id, 1, 'stored', NULL, NULL, '', owner, created_at FROM datasets;

-- +goose Down

DROP TABLE dataset_events;
DROP TABLE import_findings;
DROP TABLE import_datasets;
DROP TABLE imports;
DROP TABLE layouts;
DROP TABLE layout_texts;
DROP TABLE raw_pieces;
DROP TABLE raws;
