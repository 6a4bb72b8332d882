-- What those who run the service did to accounts. Rows are only added; they outlive the people in them.
CREATE TABLE accounts.operator_act (
    id uuid PRIMARY KEY,
    actor_id uuid NOT NULL,
    act text NOT NULL,
    subject_id uuid NOT NULL,
    detail text NOT NULL,
    reason text NOT NULL,
    ip inet,
    at timestamptz NOT NULL
);
CREATE INDEX operator_act_at ON accounts.operator_act (at DESC, id DESC);
CREATE INDEX operator_act_subject ON accounts.operator_act (subject_id, at DESC);
