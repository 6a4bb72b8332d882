CREATE SCHEMA generation;

-- A paid run of a model. Alive while a node renews its lease; its text is the owner's, not ours.
CREATE TABLE generation.run (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    origin text NOT NULL,
    subject_id uuid NOT NULL,
    model_id text NOT NULL,
    hold_id uuid NOT NULL UNIQUE,
    node uuid NOT NULL,
    lease_until timestamptz NOT NULL,
    stop_requested boolean NOT NULL DEFAULT false,
    state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    charged_micro bigint CHECK (charged_micro >= 0),
    failure text,
    usage jsonb,
    CHECK ((state = 0) = (ended_at IS NULL)),
    CHECK (state IN (0, 1, 3) OR charged_micro = 0)
);
CREATE INDEX run_alive ON generation.run (node, lease_until) WHERE ended_at IS NULL;

-- What readers on other nodes, and readers after a crash, read. Removed a day after the run.
CREATE TABLE generation.event (
    run_id uuid NOT NULL,
    seq integer NOT NULL CHECK (seq > 0),
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
    body text NOT NULL,
    PRIMARY KEY (run_id, seq)
);
