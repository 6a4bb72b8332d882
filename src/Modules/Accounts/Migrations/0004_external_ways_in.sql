ALTER TABLE accounts.identity ADD COLUMN last_used_at timestamptz;
-- An account has one person of each provider.
DROP INDEX accounts.identity_account;
CREATE UNIQUE INDEX identity_one_of_a_provider ON accounts.identity (account_id, provider);

-- Who else has proven an address is asked when somebody signs up with it.
CREATE INDEX account_proven_email ON accounts.account (lower(email)) WHERE email_proven_at IS NOT NULL;

-- What was shown once and must not be shown again: an attempt to come by a provider, Telegram's signed data. Kept until it would be too
-- old anyway. The key is a hash: it names no one.
CREATE TABLE accounts.used_proof (
    key bytea PRIMARY KEY,
    used_at timestamptz NOT NULL
);
CREATE INDEX used_proof_age ON accounts.used_proof (used_at);
