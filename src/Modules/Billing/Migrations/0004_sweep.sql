-- How often the sweeper has let an open hold be: after a few times somebody should look.
ALTER TABLE billing.hold ADD COLUMN extensions smallint NOT NULL DEFAULT 0;
-- Of one difference there is one open row, however often it is found.
CREATE UNIQUE INDEX recon_diff_once ON billing.recon_diff (invariant, wallet_id, subject, expected, found) NULLS NOT DISTINCT
 WHERE closed_at IS NULL;
