-- Paid requests that named themselves by an Idempotency-Key. Kept for a day; an answer is sealed by Data Protection.
CREATE TABLE api.idempotency (
    key_id uuid NOT NULL,
    name bytea NOT NULL CHECK (length(name) = 32),
    request bytea NOT NULL CHECK (length(request) = 32),
    run_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    status smallint,
    content_type text,
    cost text,
    answer bytea,
    PRIMARY KEY (key_id, name),
    CHECK (answer IS NULL OR ended_at IS NOT NULL)
);
CREATE INDEX idempotency_age ON api.idempotency (started_at);
