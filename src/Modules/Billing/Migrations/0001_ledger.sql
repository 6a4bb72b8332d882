-- The ledger in roubles. Every amount is a whole count of micro-roubles.
--
-- An account is a small code. Codes below 100 are parts of the wallet that the transfer names, the rest are the
-- service's own; a transfer touches one wallet, so (code, transfer.wallet_id) is the whole address of an account:
--   1 AVAIL  2 HELD      100 PSP_CLEARING  200 REVENUE  300 PROMO  302 COMPENSATION  310 BREAKAGE
-- A posting takes its amount from dr and gives it to cr. Balances of the service's accounts are not stored: they are
-- sums of postings. A later asset (packs) is a column with a default, which costs nothing to add.
CREATE SCHEMA billing;

CREATE DOMAIN billing.account AS smallint CHECK (VALUE IN (1, 2, 100, 200, 300, 302, 310));

-- The row is the mutex of its person's money and the cached total of the lots.
CREATE TABLE billing.wallet (
    id uuid PRIMARY KEY,
    account_id uuid UNIQUE, -- cut on erasure; the ledger stays
    avail bigint NOT NULL DEFAULT 0 CHECK (avail >= 0),
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    debt_real bigint NOT NULL DEFAULT 0 CHECK (debt_real >= 0),
    debt_bonus bigint NOT NULL DEFAULT 0 CHECK (debt_bonus >= 0),
    status smallint NOT NULL DEFAULT 0 CHECK (status IN (0, 1, 2)), -- active, spending frozen, closed
    number bigint NOT NULL DEFAULT 0, -- of its last transfer
    last_at timestamptz NOT NULL DEFAULT now() -- of its last transfer: time in a wallet never goes back
) WITH (fillfactor = 60);

-- The conservation CHECK is immediate: one operation updates a lot once.
CREATE TABLE billing.lot (
    id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL REFERENCES billing.wallet,
    class smallint NOT NULL CHECK (class IN (1, 2, 3)), -- bonus, compensation, real: also the order of spending
    expires_at timestamptz NOT NULL DEFAULT 'infinity',
    closed boolean NOT NULL DEFAULT false,
    source_kind text NOT NULL,
    source_id text NOT NULL,
    granted bigint NOT NULL CHECK (granted > 0),
    avail bigint NOT NULL CHECK (avail >= 0),
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    spent bigint NOT NULL DEFAULT 0 CHECK (spent >= 0),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    expired bigint NOT NULL DEFAULT 0 CHECK (expired >= 0),
    voided bigint NOT NULL DEFAULT 0 CHECK (voided >= 0),
    charged_back bigint NOT NULL DEFAULT 0 CHECK (charged_back >= 0),
    repaid bigint NOT NULL DEFAULT 0 CHECK (repaid >= 0),
    clawed bigint NOT NULL DEFAULT 0,
    UNIQUE (source_kind, source_id, class),
    CONSTRAINT lot_conserves CHECK (
        granted = avail + held + spent + refunded + expired + voided + charged_back + repaid
    ),
    CONSTRAINT lot_clawed_was_spent CHECK (clawed BETWEEN 0 AND spent),
    CONSTRAINT lot_only_real_is_refunded CHECK (class = 3 OR refunded = 0),
    CONSTRAINT lot_real_never_expires CHECK (class <> 3 OR expires_at = 'infinity'),
    CONSTRAINT lot_closed_is_empty CHECK (NOT closed OR avail + held = 0)
) WITH (fillfactor = 60);

-- Not WHERE avail > 0: that would make every hold a new index entry.
CREATE INDEX lot_burn_order ON billing.lot (wallet_id, class, expires_at, id) WHERE NOT closed;

-- A hold of amount 0 (a free model) is a row without transfers: it moves nothing, but it resolves once like any other.
CREATE TABLE billing.hold (
    id uuid PRIMARY KEY,
    -- No foreign key: billing.hold() reads it from the wallet, and the check would lock the row before its turn.
    wallet_id uuid NOT NULL,
    job_id uuid NOT NULL UNIQUE,
    quote_id uuid NOT NULL UNIQUE,
    amount bigint NOT NULL CHECK (amount >= 0), -- the quote's ceiling
    captured bigint NOT NULL DEFAULT 0,
    state smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)), -- open, captured, released
    category text NOT NULL CHECK (category IN ('Text', 'Image', 'Video', 'Audio', 'Files')),
    model_id text NOT NULL,
    price_version_id uuid NOT NULL,
    coefficient_ppm integer NOT NULL CHECK (coefficient_ppm >= 0),
    quote jsonb NOT NULL,
    held_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    sweep_at timestamptz,
    CONSTRAINT hold_captures_at_most_itself CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT hold_captured_something CHECK ((state = 1) = (captured > 0)),
    CONSTRAINT hold_resolved_has_time CHECK ((state = 0) = (resolved_at IS NULL)),
    CONSTRAINT hold_open_is_swept CHECK ((state = 0) = (sweep_at IS NOT NULL))
);

-- Not WHERE state = 0: the planner would take it for the capture as well.
CREATE INDEX hold_sweep ON billing.hold (sweep_at) WHERE sweep_at IS NOT NULL;

CREATE TABLE billing.hold_lot (
    hold_id uuid NOT NULL REFERENCES billing.hold,
    seq integer NOT NULL, -- the order of spending as it was at the hold
    lot_id uuid NOT NULL REFERENCES billing.lot,
    amount bigint NOT NULL CHECK (amount > 0),
    captured bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (hold_id, seq),
    UNIQUE (hold_id, lot_id),
    CONSTRAINT hold_lot_captures_at_most_itself CHECK (captured BETWEEN 0 AND amount)
);

CREATE TABLE billing.transfer (
    id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL REFERENCES billing.wallet,
    number bigint NOT NULL CHECK (number > 0), -- 1, 2, 3… in its wallet
    kind text NOT NULL,
    -- What it is the effect of: the lot of a Grant, the hold of the rest.
    idem_ref uuid NOT NULL,
    -- What the person has more (or less) afterwards, available and held together.
    amount bigint NOT NULL,
    reason text CHECK (reason ~ '^[a-z0-9_.]{1,40}$'), -- a code: the ledger keeps no free text
    at timestamptz NOT NULL,
    UNIQUE (kind, idem_ref),
    CONSTRAINT transfer_direction CHECK (
        CASE kind
            WHEN 'Grant' THEN amount > 0
            WHEN 'Hold' THEN amount = 0
            WHEN 'Release' THEN amount = 0
            WHEN 'Capture' THEN amount < 0
            WHEN 'Expire' THEN amount < 0
            ELSE false
        END
    )
);

-- The statement's lines and its totals, without the holds between them.
CREATE UNIQUE INDEX transfer_statement ON billing.transfer (wallet_id, number) INCLUDE (at, amount) WHERE amount <> 0;

CREATE TABLE billing.posting (
    transfer_id uuid NOT NULL REFERENCES billing.transfer,
    seq integer NOT NULL,
    dr billing.account NOT NULL,
    cr billing.account NOT NULL,
    lot_id uuid NOT NULL REFERENCES billing.lot,
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (transfer_id, seq),
    CONSTRAINT posting_moves CHECK (dr <> cr)
);

-- What a run came to, for its receipt; also of a run that came to nothing.
CREATE TABLE billing.charge (
    hold_id uuid PRIMARY KEY REFERENCES billing.hold,
    amount bigint NOT NULL CHECK (amount >= 0),
    uncapped bigint NOT NULL,
    coefficient_ppm integer NOT NULL,
    estimated boolean NOT NULL,
    lines jsonb NOT NULL,
    CONSTRAINT charge_is_capped CHECK (amount <= uncapped)
);

CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'billing.% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.posting
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.charge
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();
