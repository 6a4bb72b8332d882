-- The secret of an app that makes one-time codes, sealed by Data Protection. Until it is confirmed it waits for its first right code.
CREATE TABLE accounts.authenticator (
    account_id uuid PRIMARY KEY REFERENCES accounts.account (id) ON DELETE CASCADE,
    secret bytea NOT NULL,
    -- The latest step of thirty seconds whose code was taken: none is taken twice.
    last_step bigint NOT NULL,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz
);

-- Ten at a time, each used once; only hashes.
CREATE TABLE accounts.recovery_code (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    UNIQUE (account_id, hash)
);

CREATE TABLE accounts.passkey (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    sign_count bigint NOT NULL,
    transports text[] NOT NULL,
    is_backup_eligible boolean NOT NULL,
    is_backed_up boolean NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX passkey_account ON accounts.passkey (account_id);

-- Sealed cookies that may be used once, and were.
CREATE TABLE accounts.spent_ticket (
    id uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX spent_ticket_expiry ON accounts.spent_ticket (expires_at);
