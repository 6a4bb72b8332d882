-- The whole engine: packs, plans, quotas, refunds, chargebacks, debts, seals, reconciliation.
-- What the functions do is in Functions/*.sql, which are applied again whenever they change.
DROP FUNCTION IF EXISTS billing.hold, billing.capture, billing.release, billing.resolve, billing.grant, billing.spendable;

-- Accounts. Below 100: parts of the wallet that the transfer names. A debt is owed by the person.
--   1 AVAIL  2 HELD  3 DEBT_REAL  4 DEBT_BONUS
-- The service's own. Their balances are sums of postings, never rows.
--   100 PSP_CLEARING   110 PAYOUT_CLEARING   200 REVENUE
--   210 DEFERRED_PACK  211 DEFERRED_PLAN     212 DEFERRED_SUB
--   300 PROMO          301 REFERRAL          302 COMPENSATION
--   310 BREAKAGE       320 VOIDED            330 CHARGEBACK     340 BAD_DEBT
--   360 ADJUSTMENT     400 LATE_SUCCESS      500 ISSUE          510 CONSUMED (tokens of packs)
ALTER TABLE billing.posting ALTER COLUMN dr TYPE smallint, ALTER COLUMN cr TYPE smallint;
DROP DOMAIN billing.account;

-- Every CHECK of a hot table is parsed anew by every statement that writes it: these are as short as they can be.
-- asset: RUB, TOK:<id of a pack> or UNIT. Amounts are micro-roubles, tokens or units.

ALTER TABLE billing.wallet
    ADD COLUMN tz text NOT NULL DEFAULT 'Europe/Moscow', -- of its days: limits and quotas
    ADD COLUMN status_reason text, -- a code: why it is frozen or closed
    ADD COLUMN status_by uuid,
    ADD COLUMN status_at timestamptz,
    ADD COLUMN limit_message bigint,
    ADD COLUMN limit_day bigint,
    ADD COLUMN limit_month bigint,
    ADD COLUMN chain bytea NOT NULL DEFAULT sha256(''), -- hash of its last transfer
    ADD COLUMN reconciled bigint NOT NULL DEFAULT 0; -- number of the last transfer that was checked
ALTER TABLE billing.wallet
    DROP CONSTRAINT wallet_avail_check, DROP CONSTRAINT wallet_held_check,
    DROP CONSTRAINT wallet_debt_real_check, DROP CONSTRAINT wallet_debt_bonus_check, DROP CONSTRAINT wallet_status_check,
    ADD CONSTRAINT wallet_is_not_negative CHECK (least(avail, held, debt_real, debt_bonus) >= 0),
    ADD CONSTRAINT wallet_status_is_known CHECK (status BETWEEN 0 AND 2);
CREATE INDEX wallet_unreconciled ON billing.wallet (id) WHERE number > reconciled;

-- Closed is what the parts say. A refund of a charge may open a lot again.
DROP INDEX billing.lot_burn_order;
ALTER TABLE billing.lot
    DROP COLUMN closed,
    DROP CONSTRAINT lot_class_check,
    DROP CONSTRAINT lot_real_never_expires,
    DROP CONSTRAINT lot_granted_check, DROP CONSTRAINT lot_avail_check, DROP CONSTRAINT lot_held_check,
    DROP CONSTRAINT lot_spent_check, DROP CONSTRAINT lot_refunded_check, DROP CONSTRAINT lot_expired_check,
    DROP CONSTRAINT lot_voided_check, DROP CONSTRAINT lot_charged_back_check, DROP CONSTRAINT lot_repaid_check,
    DROP CONSTRAINT lot_clawed_was_spent, DROP CONSTRAINT lot_only_real_is_refunded;
ALTER TABLE billing.lot
    ADD COLUMN closed boolean NOT NULL GENERATED ALWAYS AS (avail + held = 0) STORED,
    ADD COLUMN asset text NOT NULL DEFAULT 'RUB',
    ADD COLUMN parent_lot uuid, -- the real lot that this bonus came with
    ADD COLUMN poisoned bigint NOT NULL DEFAULT 0, -- of what is held: never to come back…
    ADD COLUMN poisoned_to smallint, -- …but to go to this account, or to be owed if it is spent
    ADD COLUMN price_real bigint NOT NULL DEFAULT 0, -- what a pack cost, by the class of the money
    ADD COLUMN price_bonus bigint NOT NULL DEFAULT 0,
    ADD COLUMN recognised bigint NOT NULL DEFAULT 0, -- of its price, as revenue
    ADD COLUMN returned bigint NOT NULL DEFAULT 0, -- of its price, to the wallet
    ADD CONSTRAINT lot_is_not_negative CHECK (least(avail, held, spent, refunded, expired, voided, charged_back, repaid, poisoned) >= 0),
    ADD CONSTRAINT lot_poison_is_held CHECK (poisoned <= held),
    ADD CONSTRAINT lot_clawed_was_spent CHECK (clawed BETWEEN 0 AND spent + repaid), -- what repaid a debt was used as well
    ADD CONSTRAINT lot_only_real_is_refunded CHECK (class >= 3 OR refunded = 0), -- class: bonus, compensation, real, pack
    ADD CONSTRAINT lot_real_never_expires CHECK (class <> 3 OR expires_at = 'infinity'),
    ADD CONSTRAINT lot_pack_holds_tokens CHECK ((class = 4) = (asset <> 'RUB')),
    ADD CONSTRAINT lot_price_is_booked_once CHECK (recognised + returned <= price_real + price_bonus);
-- Not WHERE avail > 0: that would make every hold a new index entry.
CREATE INDEX lot_burn_order ON billing.lot (wallet_id, asset, class, expires_at, id) WHERE NOT closed;
CREATE INDEX lot_expiry ON billing.lot (expires_at) WHERE NOT closed AND expires_at <> 'infinity';
CREATE INDEX lot_of_debt ON billing.lot (wallet_id) WHERE repaid > 0 OR clawed > 0;
CREATE INDEX lot_child ON billing.lot (parent_lot) WHERE parent_lot IS NOT NULL;

-- A settled top-up. Amounts at the border are whole kopecks.
CREATE TABLE billing.payment (
    id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL REFERENCES billing.wallet,
    lot_id uuid NOT NULL UNIQUE REFERENCES billing.lot,
    psp text NOT NULL CHECK (psp ~ '^[a-z0-9_]{1,20}$'),
    psp_payment_id text NOT NULL CHECK (length(psp_payment_id) BETWEEN 1 AND 100),
    amount bigint NOT NULL CHECK (amount > 0 AND amount % 10000 = 0),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    charged_back bigint NOT NULL DEFAULT 0 CHECK (charged_back >= 0),
    refundable boolean NOT NULL DEFAULT true,
    paid_at timestamptz NOT NULL,
    UNIQUE (psp, psp_payment_id),
    -- Two, not one: a service can pay back while the bank charges back; the overlap is a booked debt.
    CONSTRAINT payment_refunds_at_most_itself CHECK (refunded <= amount),
    CONSTRAINT payment_charges_back_at_most_itself CHECK (charged_back <= amount)
);
CREATE INDEX payment_of_wallet ON billing.payment (wallet_id, paid_at);

-- What is sold: terms never change, a new version is a new row.
CREATE TABLE billing.product (
    id text NOT NULL CHECK (id ~ '^[a-z0-9-]{1,40}$'),
    version integer NOT NULL CHECK (version > 0),
    kind smallint NOT NULL CHECK (kind IN (1, 2, 3, 4)), -- pack, subscription, unlimited plan, free tier
    name_en text NOT NULL,
    name_ru text NOT NULL,
    models text[] NOT NULL, -- ids of models, or groups as '@Text'
    price bigint NOT NULL CHECK (price >= 0),
    tokens bigint CHECK (tokens > 0), -- of a pack
    days integer CHECK (days > 0), -- the term; none: for ever
    period_limit integer CHECK (period_limit > 0),
    day_limit integer CHECK (day_limit > 0),
    refund_days integer NOT NULL DEFAULT 0 CHECK (refund_days >= 0),
    token_price bigint NOT NULL DEFAULT 0 CHECK (token_price >= 0), -- of one generation, for the refund of an unlimited plan
    on_sale boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version),
    CONSTRAINT product_pack_has_tokens CHECK ((kind = 1) = (tokens IS NOT NULL)),
    CONSTRAINT product_quota_has_limit CHECK (kind NOT IN (2, 4) OR period_limit IS NOT NULL OR day_limit IS NOT NULL)
);

-- A subscription, an unlimited plan or a share of the free tier. A pack is a lot.
CREATE TABLE billing.entitlement (
    id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL REFERENCES billing.wallet,
    product_id text NOT NULL,
    product_version integer NOT NULL,
    kind smallint NOT NULL CHECK (kind IN (2, 3, 4)),
    hold_id uuid UNIQUE, -- that paid for it
    price_real bigint NOT NULL DEFAULT 0 CHECK (price_real >= 0),
    price_bonus bigint NOT NULL DEFAULT 0 CHECK (price_bonus >= 0),
    recognised bigint NOT NULL DEFAULT 0 CHECK (recognised >= 0), -- of its price
    returned bigint NOT NULL DEFAULT 0 CHECK (returned >= 0), -- of its price, to the wallet
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL DEFAULT 'infinity',
    refund_until timestamptz NOT NULL DEFAULT '-infinity',
    status smallint NOT NULL DEFAULT 0 CHECK (status IN (0, 1, 2, 3)), -- active, refunding, refunded, ended
    renews boolean NOT NULL DEFAULT false,
    used bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
    inflight bigint NOT NULL DEFAULT 0 CHECK (inflight >= 0),
    last_day date, -- of its last unit: a clock that steps back does not open yesterday again
    follows uuid UNIQUE, -- the one that this renews or replaces
    FOREIGN KEY (product_id, product_version) REFERENCES billing.product,
    CONSTRAINT entitlement_ends_after_start CHECK (ends > starts),
    CONSTRAINT entitlement_price_is_booked_once CHECK (recognised + returned <= price_real + price_bonus)
);
CREATE INDEX entitlement_of_wallet ON billing.entitlement (wallet_id, kind, ends);
CREATE UNIQUE INDEX entitlement_free_once ON billing.entitlement (wallet_id, product_id) WHERE kind = 4;
CREATE INDEX entitlement_term ON billing.entitlement (ends) WHERE status IN (0, 1);

-- Units of an entitlement in a period (P) or on a local day (D). A new day is a new row: nothing is ever reset.
CREATE TABLE billing.quota_bucket (
    entitlement_id uuid NOT NULL REFERENCES billing.entitlement,
    kind char(1) NOT NULL CHECK (kind IN ('P', 'D')),
    key date NOT NULL,
    lim integer NOT NULL CHECK (lim > 0),
    used integer NOT NULL DEFAULT 0 CHECK (used >= 0),
    held integer NOT NULL DEFAULT 0 CHECK (held >= 0),
    PRIMARY KEY (entitlement_id, kind, key),
    CONSTRAINT quota_is_not_passed CHECK (used + held <= lim)
);

-- The charge lies with its hold, the allocation with the postings of the transfer that has the hold's id.
DROP TABLE billing.hold_lot;
ALTER TABLE billing.hold
    ADD COLUMN kind smallint NOT NULL DEFAULT 1, -- a run, a refund, a purchase
    ADD COLUMN asset text NOT NULL DEFAULT 'RUB',
    ADD COLUMN credit smallint NOT NULL DEFAULT 200, -- where a capture goes
    ADD COLUMN returned_real bigint NOT NULL DEFAULT 0, -- of what was captured
    ADD COLUMN returned_bonus bigint NOT NULL DEFAULT 0,
    ADD COLUMN entitlement_id uuid,
    ADD COLUMN period_key date, -- the buckets that its unit is in
    ADD COLUMN day_key date,
    ADD COLUMN uncapped bigint,
    ADD COLUMN estimated boolean,
    ADD COLUMN lines jsonb,
    ALTER COLUMN category DROP NOT NULL,
    ALTER COLUMN model_id DROP NOT NULL,
    ALTER COLUMN price_version_id DROP NOT NULL,
    ALTER COLUMN coefficient_ppm DROP NOT NULL,
    ALTER COLUMN quote DROP NOT NULL,
    DROP COLUMN quote_id;
UPDATE billing.hold AS h SET uncapped = c.uncapped, estimated = c.estimated, lines = c.lines
  FROM billing.charge AS c WHERE c.hold_id = h.id;
DROP TABLE billing.charge;
ALTER TABLE billing.hold
    DROP CONSTRAINT hold_amount_check, DROP CONSTRAINT hold_state_check, DROP CONSTRAINT hold_category_check,
    DROP CONSTRAINT hold_coefficient_ppm_check, DROP CONSTRAINT hold_resolved_has_time, DROP CONSTRAINT hold_open_is_swept,
    DROP CONSTRAINT hold_captured_something,
    ADD CONSTRAINT hold_returns_at_most_captured CHECK (least(returned_real, returned_bonus) >= 0 AND returned_real + returned_bonus <= captured),
    ADD CONSTRAINT hold_captured_something CHECK (state BETWEEN 0 AND 2 AND (state = 1) = (captured > 0)),
    ADD CONSTRAINT hold_open_is_swept CHECK ((state = 0) = (sweep_at IS NOT NULL) AND (state = 0) = (resolved_at IS NULL)),
    ADD CONSTRAINT hold_is_funded CHECK ((asset = 'UNIT') = (entitlement_id IS NOT NULL)),
    ADD CONSTRAINT hold_charge_is_capped CHECK (asset <> 'RUB' OR captured <= uncapped); -- a purchase has no charge: null
CREATE INDEX hold_open_of_wallet ON billing.hold (wallet_id) WHERE sweep_at IS NOT NULL;

ALTER TABLE billing.transfer
    ADD COLUMN asset text NOT NULL DEFAULT 'RUB', -- of its amount
    ADD COLUMN txid bigint NOT NULL DEFAULT 0,
    ADD COLUMN actor uuid, -- the operator's account; null: the person or the service itself
    ADD COLUMN hash bytea NOT NULL DEFAULT '',
    DROP CONSTRAINT transfer_direction,
    DROP CONSTRAINT transfer_wallet_id_fkey;
-- Transfers of before the chain are outside it, as the first seal records.
ALTER TABLE billing.transfer
    ALTER COLUMN hash DROP DEFAULT,
    DROP CONSTRAINT transfer_number_check,
    DROP CONSTRAINT transfer_reason_check,
    -- In the middle: what moves nothing for the person.
    ADD CONSTRAINT transfer_direction CHECK (
        amount = 0 OR (amount > 0) = (kind = ANY ('{Grant,Return,PayoutReturn,ChargebackReversal}'))
    );
-- Rows lie in the order of their transactions, so this costs an insert next to nothing.
CREATE INDEX transfer_txid ON billing.transfer USING brin (txid) WITH (pages_per_range = 16, autosummarize = on);

-- Hot, and written by billing.post alone: references are checked by the reconciliation, not at each insert.
ALTER TABLE billing.posting
    ADD COLUMN asset text NOT NULL DEFAULT 'RUB',
    ALTER COLUMN lot_id DROP NOT NULL,
    ADD CONSTRAINT posting_account_is_known CHECK (
        ('{1,2,3,4,100,110,200,210,211,212,300,301,302,310,320,330,340,360,400,500,510}'::smallint[]) @> ARRAY[dr, cr]
    ),
    DROP CONSTRAINT posting_transfer_id_fkey,
    DROP CONSTRAINT posting_lot_id_fkey;

-- Money on its way out: id is the idempotency key at the payment service.
CREATE TABLE billing.refund (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES billing.payment,
    hold_id uuid NOT NULL UNIQUE,
    amount bigint NOT NULL CHECK (amount > 0 AND amount % 10000 = 0),
    state smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2, 3)), -- asked, paid out, failed, came back
    clause text NOT NULL CHECK (clause ~ '^[a-z0-9_.]{1,40}$'),
    actor uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refund_of_payment ON billing.refund (payment_id);

CREATE TABLE billing.chargeback (
    id uuid PRIMARY KEY,
    psp text NOT NULL,
    case_id text NOT NULL CHECK (length(case_id) BETWEEN 1 AND 100),
    payment_id uuid NOT NULL REFERENCES billing.payment,
    amount bigint NOT NULL CHECK (amount > 0 AND amount % 10000 = 0),
    reversed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (psp, case_id)
);

-- A correction by hand. Above the threshold another person must agree.
CREATE TABLE billing.adjustment (
    id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL REFERENCES billing.wallet,
    class smallint NOT NULL CHECK (class IN (1, 2, 3)),
    amount bigint NOT NULL CHECK (amount <> 0),
    reason text NOT NULL CHECK (reason ~ '^[a-z0-9_.]{1,40}$'),
    reference text CHECK (reference ~ '^[A-Za-z0-9/#-]{1,40}$'), -- of a ticket: no free text
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    decided_by uuid,
    decided_at timestamptz,
    state smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)), -- waits, done, refused
    needs_second boolean NOT NULL,
    CONSTRAINT adjustment_has_two_people CHECK (NOT needs_second OR state <> 1 OR decided_by <> asked_by)
);
CREATE INDEX adjustment_waits ON billing.adjustment (asked_at) WHERE state = 0;

CREATE TABLE billing.seal (
    seq bigint PRIMARY KEY CHECK (seq > 0),
    from_txid bigint NOT NULL,
    to_txid bigint NOT NULL, -- not included
    count bigint NOT NULL CHECK (count >= 0),
    merkle_root bytea NOT NULL CHECK (length(merkle_root) = 32),
    previous bytea NOT NULL CHECK (length(previous) = 32),
    root bytea NOT NULL CHECK (length(root) = 32), -- of previous, range, count and merkle_root
    sealed_at timestamptz NOT NULL DEFAULT now(),
    exported_at timestamptz,
    CONSTRAINT seal_has_a_range CHECK (to_txid > from_txid)
);

CREATE TABLE billing.recon_run (
    id uuid PRIMARY KEY,
    is_full boolean NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    wallets bigint NOT NULL DEFAULT 0,
    transfers bigint NOT NULL DEFAULT 0,
    differences bigint NOT NULL DEFAULT 0
);
CREATE TABLE billing.recon_diff (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES billing.recon_run,
    invariant smallint NOT NULL,
    wallet_id uuid,
    subject uuid,
    expected bigint,
    found bigint,
    closed_at timestamptz,
    closed_by uuid,
    found_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX recon_diff_open ON billing.recon_diff (found_at) WHERE closed_at IS NULL;

-- The transfer of a hold has the hold's id, so that a hold finds its lots.
ALTER TABLE billing.transfer DISABLE TRIGGER append_only;
ALTER TABLE billing.posting DISABLE TRIGGER append_only;
UPDATE billing.posting AS p SET transfer_id = t.idem_ref FROM billing.transfer AS t WHERE t.id = p.transfer_id AND t.kind = 'Hold';
UPDATE billing.transfer AS t SET id = t.idem_ref WHERE t.kind = 'Hold';
ALTER TABLE billing.transfer ENABLE TRIGGER append_only;
ALTER TABLE billing.posting ENABLE TRIGGER append_only;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.product
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();
