CREATE SCHEMA api;

-- A key is shown once; what is kept cannot be turned back into it.
CREATE TABLE api.key (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    start text NOT NULL,
    scopes integer NOT NULL CHECK (scopes > 0),
    models text[] NOT NULL DEFAULT '{}',
    day_limit_micro bigint CHECK (day_limit_micro >= 0),
    month_limit_micro bigint CHECK (month_limit_micro >= 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX key_of_account ON api.key (account_id, created_at);
