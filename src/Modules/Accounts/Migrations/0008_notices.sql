-- Set while a session that jumped to another network and another browser at once owes a proof of who is there.
ALTER TABLE accounts.session ADD COLUMN suspect_at timestamptz;

-- What happened to the ways into an account, for its owner to read.
CREATE TABLE accounts.security_event (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    device text,
    ip text
);
CREATE INDEX security_event_account ON accounts.security_event (account_id, at);

-- Letters that somebody does not want. A kind without a row is sent.
CREATE TABLE accounts.notification_off (
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    kind text NOT NULL,
    PRIMARY KEY (account_id, kind)
);
