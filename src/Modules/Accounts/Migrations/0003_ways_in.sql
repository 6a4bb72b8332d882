-- Telegram gives no address. An address is a name to sign in with, and proves nothing about a person until it is proven.
ALTER TABLE accounts.account ALTER COLUMN email DROP NOT NULL;
ALTER TABLE accounts.account
    ADD COLUMN name text NOT NULL DEFAULT '' CHECK (char_length(name) <= 80),
    ADD COLUMN email_proven_at timestamptz,
    ADD COLUMN blocked_at timestamptz,
    DROP CONSTRAINT account_role_check,
    ADD CHECK (role IN ('owner', 'finance', 'support', 'moderator', 'analyst', 'person')),
    ADD CHECK (email IS NOT NULL OR email_proven_at IS NULL);

-- What the provider calls the person, for showing only.
ALTER TABLE accounts.identity ADD COLUMN label text NOT NULL DEFAULT '';

ALTER TABLE accounts.session
    ADD COLUMN method text NOT NULL DEFAULT 'email',
    ADD COLUMN second_factor boolean NOT NULL DEFAULT false,
    -- When this person last showed who they are: sensitive acts want that to be recent.
    ADD COLUMN proven_at timestamptz NOT NULL DEFAULT '-infinity';
UPDATE accounts.session SET proven_at = created_at;
ALTER TABLE accounts.session ALTER COLUMN method DROP DEFAULT, ALTER COLUMN second_factor DROP DEFAULT, ALTER COLUMN proven_at DROP DEFAULT;
