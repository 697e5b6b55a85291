-- Stores of rows.
CREATE SCHEMA graph;

CREATE TYPE graph.state AS ENUM ('queued', 'running');

CREATE TABLE IF NOT EXISTS graph.stores (
    id BIGSERIAL PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    depth INTEGER DEFAULT 10 CHECK (depth > 0),
    CONSTRAINT positive CHECK (depth < 100)
);

CREATE TABLE rows (
    store_id BIGINT REFERENCES graph.stores (id) ON DELETE CASCADE,
    "key" VARCHAR(40),
    PRIMARY KEY (store_id, "key")
);

CREATE UNIQUE INDEX rows_by_key ON rows (key);

CREATE SEQUENCE job_numbers START 1;

CREATE VIEW open_stores AS
SELECT s.id, count(*) AS total
FROM graph.stores AS s
JOIN rows AS r ON r.store_id = s.id
GROUP BY s.id;

CREATE MATERIALIZED VIEW busy AS SELECT * FROM rows WHERE key IS NOT NULL;

CREATE OR REPLACE FUNCTION graph.find(wanted TEXT, most INTEGER)
RETURNS INTEGER
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN most;
END;
$$;

CREATE FUNCTION double(x INTEGER) RETURNS INTEGER AS 'SELECT x * 2' LANGUAGE sql;

CREATE TRIGGER touch BEFORE UPDATE ON rows FOR EACH ROW EXECUTE FUNCTION touched();

ALTER TABLE rows ADD COLUMN touched_at TIMESTAMP;

INSERT INTO rows (store_id, key) VALUES (1, 'a');
