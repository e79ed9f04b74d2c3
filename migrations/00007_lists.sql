-- +goose Up

-- Which lists of its report are kept of a run: one that is not here was not made, which is not the same as one with no rows.
CREATE TABLE run_lists (
    run_id TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    list   TEXT   NOT NULL,
    PRIMARY KEY (run_id, list)
) STRICT, WITHOUT ROWID;

-- Their rows in the report's order, each as the JSON it has there, beside what they are asked for by: the two regions a
-- row is of, its code, and one word more that tells rows of a list apart.
CREATE TABLE run_rows (
    run_id  TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    list    TEXT   NOT NULL,
    seq     BIGINT NOT NULL,
    origin  TEXT   NOT NULL,
    destination TEXT NOT NULL,
    code    TEXT   NOT NULL,
    word    TEXT   NOT NULL,
    content TEXT   NOT NULL,
    PRIMARY KEY (run_id, list, seq)
) STRICT, WITHOUT ROWID;

-- +goose Down

DROP TABLE run_rows;
DROP TABLE run_lists;
