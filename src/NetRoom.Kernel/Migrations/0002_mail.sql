-- Letters on their way out. The content is sealed by Data Protection: it names a person and may hold a link that signs in.
CREATE TABLE kernel.mail (
    id uuid PRIMARY KEY,
    content bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- Also the lease: whoever takes a letter puts this moment off before sending.
    next_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX mail_next ON kernel.mail (next_at);
