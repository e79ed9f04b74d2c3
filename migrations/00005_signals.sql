-- +goose Up

-- What is said of a placement afterwards rests on these; the placement itself does not.
CREATE TABLE dataset_signals (
    dataset_id   TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq          BIGINT NOT NULL,
    region       TEXT   NOT NULL,
    occupation   TEXT   NOT NULL,
    period       TEXT   NOT NULL,
    wage_growth  TEXT   NOT NULL,
    vacancy_days TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    date         TEXT   NOT NULL,
    licence      TEXT   NOT NULL,
    assumed      TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_prices (
    dataset_id  TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq         BIGINT NOT NULL,
    region      TEXT   NOT NULL,
    period      TEXT   NOT NULL,
    price_level TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    date        TEXT   NOT NULL,
    licence     TEXT   NOT NULL,
    assumed     TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

-- A rule is one text, kept byte for byte: its comments say why it is as it is.
CREATE TABLE dataset_shortage (
    dataset_id TEXT   NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    rule       TEXT   NOT NULL,
    PRIMARY KEY (dataset_id, seq)
) STRICT, WITHOUT ROWID;

-- +goose Down

DROP TABLE dataset_shortage;
DROP TABLE dataset_prices;
DROP TABLE dataset_signals;
