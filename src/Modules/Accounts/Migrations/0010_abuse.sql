-- The key of the hashes below, sealed by Data Protection: a table that leaked alone tells no address and no mailbox.
CREATE TABLE accounts.abuse_key (
    id integer PRIMARY KEY CHECK (id = 1),
    secret bytea NOT NULL
);

-- What accounts have in common, as keyed hashes: only equality is ever asked.
CREATE TABLE accounts.abuse_signal (
    kind text NOT NULL CHECK (kind IN ('mailbox', 'device', 'network', 'telegram', 'payment')),
    hash bytea NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (kind, hash, account_id)
);
CREATE INDEX abuse_signal_account ON accounts.abuse_signal (account_id);
CREATE INDEX abuse_signal_age ON accounts.abuse_signal (seen_at);

-- Why an account looks like somebody's second one.
CREATE TABLE accounts.abuse_verdict (
    account_id uuid PRIMARY KEY REFERENCES accounts.account (id) ON DELETE CASCADE,
    score integer NOT NULL CHECK (score > 0),
    -- Codes of the signals, the heaviest first.
    reasons text[] NOT NULL,
    -- Whether the starter bonus was kept back for it.
    withheld boolean NOT NULL,
    created_at timestamptz NOT NULL
);

-- What an operator made of it, each time. A grant is given once.
CREATE TABLE accounts.abuse_decision (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    decision text NOT NULL CHECK (decision IN ('granted', 'kept')),
    reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
    decided_by uuid NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX abuse_decision_account ON accounts.abuse_decision (account_id);
CREATE UNIQUE INDEX abuse_decision_one_grant ON accounts.abuse_decision (account_id) WHERE decision = 'granted';
