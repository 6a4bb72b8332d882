CREATE SCHEMA accounts;

CREATE TABLE accounts.account (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    language text NOT NULL CHECK (language IN ('en', 'ru')),
    role text NOT NULL CHECK (role IN ('owner', 'person')),
    -- What the person declared: 18 or older, or younger with a guardian's consent.
    age text NOT NULL CHECK (age IN ('adult', 'guardian')),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX account_one_owner ON accounts.account (role) WHERE role = 'owner';

-- A way to sign in. For provider 'email' the subject is the folded address and proves nothing about its holder.
CREATE TABLE accounts.identity (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    provider text NOT NULL,
    subject text NOT NULL,
    password_hash text,
    created_at timestamptz NOT NULL,
    UNIQUE (provider, subject),
    CHECK ((provider = 'email') = (password_hash IS NOT NULL))
);
CREATE INDEX identity_account ON accounts.identity (account_id);

-- A signed-in device: the family of its refresh tokens.
CREATE TABLE accounts.session (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    device text NOT NULL,
    os text NOT NULL,
    browser text NOT NULL,
    ip inet,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text
);
CREATE INDEX session_live ON accounts.session (account_id, last_seen_at) WHERE ended_at IS NULL;

CREATE TABLE accounts.refresh_token (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES accounts.session (id) ON DELETE CASCADE,
    parent_id uuid,
    hash bytea NOT NULL UNIQUE,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    replaced_by uuid,
    -- The successor's secret, readable only with this token's own secret, for the answer that was lost on the way.
    sealed_successor bytea,
    CHECK ((used_at IS NULL) = (replaced_by IS NULL) AND (used_at IS NULL) = (sealed_successor IS NULL))
);
CREATE INDEX refresh_token_session ON accounts.refresh_token (session_id);
CREATE INDEX refresh_token_expiry ON accounts.refresh_token (expires_at);

CREATE TABLE accounts.consent (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    document text NOT NULL,
    version text NOT NULL,
    language text NOT NULL,
    -- Of the very text that was shown.
    sha256 bytea NOT NULL,
    accepted_at timestamptz NOT NULL
);
CREATE INDEX consent_account ON accounts.consent (account_id);

-- Where an account came from.
CREATE TABLE accounts.attribution (
    account_id uuid PRIMARY KEY REFERENCES accounts.account (id) ON DELETE CASCADE,
    landing_page text,
    referrer text,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_term text,
    utm_content text,
    platform text NOT NULL,
    device text NOT NULL,
    os text NOT NULL,
    browser text NOT NULL,
    ip inet,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL
);

-- Counters against guessing, shared by all nodes. The key is a hash: it names no one.
CREATE TABLE accounts.attempt (
    key bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL
);
CREATE INDEX attempt_age ON accounts.attempt (last_at);

-- Keys of access tokens; the secret is sealed by Data Protection.
CREATE TABLE accounts.signing_key (
    id text PRIMARY KEY,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL
);
