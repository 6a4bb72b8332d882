-- A CHECK is parsed anew by every statement that writes its table: those of the hot tables took a fifth of a hold. They are
-- functions now, one for each table (Functions/00_rules.sql adds the constraints): the same rules under the same names.
DO $$
DECLARE
    v_old record;
BEGIN
    FOR v_old IN
        SELECT c.conrelid::regclass AS of, c.conname FROM pg_constraint AS c
         WHERE c.contype = 'c' AND c.conrelid = ANY ('{billing.wallet,billing.lot,billing.hold,billing.transfer,billing.posting}'::regclass[])
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', v_old.of, v_old.conname);
    END LOOP;
END $$;
