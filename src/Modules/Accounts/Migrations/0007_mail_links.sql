-- Links that were sent by mail. Of a secret only its hash is kept; a link that was used, or that another one replaced, is gone.
CREATE TABLE accounts.mail_link (
    hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('reset', 'prove', 'change', 'undo')),
    -- Where the letter went.
    address text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX mail_link_account ON accounts.mail_link (account_id);
CREATE INDEX mail_link_expiry ON accounts.mail_link (expires_at);
