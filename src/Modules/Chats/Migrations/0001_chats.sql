CREATE SCHEMA chats;

CREATE TABLE chats.conversation (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    title text NOT NULL,
    model_id text NOT NULL,
    effort text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX conversation_list ON chats.conversation (account_id, updated_at DESC, id DESC);

-- Questions and answers. A question may have several answers; the newest is shown.
CREATE TABLE chats.message (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES chats.conversation ON DELETE CASCADE,
    question_id uuid REFERENCES chats.message ON DELETE CASCADE,
    text text NOT NULL,
    reasoning text NOT NULL DEFAULT '',
    -- Characters by kind, so that a price can be told without reading the text.
    ascii integer NOT NULL DEFAULT 0,
    other integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    -- Of answers only.
    run_id uuid UNIQUE,
    model_id text,
    state smallint CHECK (state BETWEEN 0 AND 4),
    failure text,
    truncated boolean NOT NULL DEFAULT false,
    charged_micro bigint NOT NULL DEFAULT 0 CHECK (charged_micro >= 0),
    estimated boolean NOT NULL DEFAULT false,
    ended_at timestamptz,
    CHECK ((question_id IS NULL) = (run_id IS NULL)),
    CHECK ((run_id IS NULL) = (state IS NULL))
);
CREATE INDEX message_order ON chats.message (conversation_id, created_at, id);
CREATE INDEX message_age ON chats.message (created_at);
-- One answer at a time: a second tab cannot start another.
CREATE UNIQUE INDEX message_running ON chats.message (conversation_id) WHERE state = 0;
