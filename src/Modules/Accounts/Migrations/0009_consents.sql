-- What was decided, when and from where. Rows are only ever added: the last one counts, the others are the history.
ALTER TABLE accounts.consent RENAME COLUMN accepted_at TO decided_at;
ALTER TABLE accounts.consent
    ADD COLUMN decision text NOT NULL DEFAULT 'accepted' CHECK (decision IN ('accepted', 'declined', 'withdrawn')),
    ADD COLUMN ip inet,
    ADD COLUMN user_agent text NOT NULL DEFAULT '';
ALTER TABLE accounts.consent ALTER COLUMN decision DROP DEFAULT, ALTER COLUMN user_agent DROP DEFAULT;

CREATE FUNCTION accounts.keep_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A consent is never rewritten.';
END $$;
CREATE TRIGGER consent_is_history BEFORE UPDATE ON accounts.consent FOR EACH ROW EXECUTE FUNCTION accounts.keep_consent();

-- Whom a letter has told of the documents of a date. The key is what makes it one letter, on any number of nodes.
CREATE TABLE accounts.document_letter (
    account_id uuid NOT NULL REFERENCES accounts.account (id) ON DELETE CASCADE,
    version date NOT NULL,
    queued_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, version)
);

-- The first visit, where the person let us remember it; the columns without "first" are of the registration.
ALTER TABLE accounts.attribution
    ADD COLUMN first_visit_at timestamptz,
    ADD COLUMN first_platform text,
    ADD COLUMN first_device text,
    ADD COLUMN first_os text,
    ADD COLUMN first_browser text,
    ADD COLUMN first_ip inet,
    ADD COLUMN first_user_agent text;
