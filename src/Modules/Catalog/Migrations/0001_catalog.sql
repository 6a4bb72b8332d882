CREATE SCHEMA catalog;
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE catalog.provider (
    id text PRIMARY KEY,
    name text NOT NULL,
    protocol text NOT NULL,
    base_url text NOT NULL,
    is_sandbox boolean NOT NULL
);

CREATE TABLE catalog.model (
    id text PRIMARY KEY,
    provider_id text NOT NULL REFERENCES catalog.provider (id) DEFERRABLE INITIALLY DEFERRED,
    wire_name text NOT NULL,
    name text NOT NULL,
    "group" text NOT NULL CHECK ("group" IN ('Text', 'Image', 'Video', 'Audio', 'Embeddings', 'Documents')),
    status text NOT NULL CHECK (status IN ('Active', 'Degraded', 'Retiring', 'Gone')),
    description_en text NOT NULL,
    description_ru text NOT NULL,
    context_tokens integer NOT NULL CHECK (context_tokens >= 0),
    max_output_tokens integer NOT NULL CHECK (max_output_tokens >= 0),
    efforts text[] NOT NULL,
    badges text[] NOT NULL,
    adults_only boolean NOT NULL,
    successor_id text REFERENCES catalog.model (id) DEFERRABLE INITIALLY DEFERRED,
    is_sandbox boolean NOT NULL,
    "order" integer NOT NULL,
    -- Who keeps the row: a model of the seed goes when the seed drops it, one of an operator stays.
    author text NOT NULL
);

-- A price never changes: a new version follows it. A version whose end is its start was withdrawn before it began.
CREATE TABLE catalog.price_version (
    id uuid PRIMARY KEY,
    model_id text NOT NULL REFERENCES catalog.model (id),
    valid_from timestamptz NOT NULL,
    valid_to timestamptz CHECK (valid_to >= valid_from),
    rates jsonb NOT NULL,
    -- What turned the provider's dollars into these rates: from it the provider's own cost can be told.
    roubles_per_dollar text NOT NULL,
    margin_percent text NOT NULL,
    source_url text,
    checked_on date,
    author text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT price_versions_never_overlap
        EXCLUDE USING gist (model_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
CREATE INDEX price_version_model ON catalog.price_version (model_id, valid_from);

CREATE FUNCTION catalog.keep_price_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'price versions are history and cannot be deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    -- Everything but the end of validity stands as it was written, and what was withdrawn stays withdrawn.
    IF to_jsonb(NEW) - 'valid_to' IS DISTINCT FROM to_jsonb(OLD) - 'valid_to' OR OLD.valid_to = OLD.valid_from THEN
        RAISE EXCEPTION 'price version % of % cannot be changed; append a new one', OLD.id, OLD.model_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER price_version_is_kept BEFORE UPDATE OR DELETE ON catalog.price_version
    FOR EACH ROW EXECUTE FUNCTION catalog.keep_price_version();
CREATE TRIGGER price_versions_are_kept BEFORE TRUNCATE ON catalog.price_version
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.keep_price_version();

-- One number that moves with every change: nodes compare it to know when to read the catalogue again.
CREATE TABLE catalog.revision (
    id boolean PRIMARY KEY CHECK (id),
    number bigint NOT NULL
);
INSERT INTO catalog.revision VALUES (true, 0);

CREATE FUNCTION catalog.next_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog.revision SET number = number + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER provider_changed AFTER INSERT OR UPDATE OR DELETE ON catalog.provider
    FOR EACH ROW EXECUTE FUNCTION catalog.next_revision();
CREATE TRIGGER model_changed AFTER INSERT OR UPDATE OR DELETE ON catalog.model
    FOR EACH ROW EXECUTE FUNCTION catalog.next_revision();
CREATE TRIGGER price_changed AFTER INSERT OR UPDATE ON catalog.price_version
    FOR EACH ROW EXECUTE FUNCTION catalog.next_revision();
