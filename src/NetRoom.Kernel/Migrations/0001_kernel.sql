-- News between modules, written in the transaction that it tells about.
CREATE TABLE kernel.outbox (
    id uuid PRIMARY KEY,
    topic text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX outbox_next ON kernel.outbox (next_at);

-- Data Protection keys: shared by all nodes, so that a restart or another node breaks no cookie.
CREATE TABLE kernel.data_protection_key (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    xml text NOT NULL
);
