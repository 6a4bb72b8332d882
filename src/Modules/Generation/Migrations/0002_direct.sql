-- A direct run is read by its caller alone and has no events. What is held for it counts against its cap, if it has one.
ALTER TABLE generation.run
    ADD COLUMN cap_id uuid,
    ADD COLUMN held_micro bigint CHECK (held_micro >= 0);

-- What a cap's runs have held and spent: on the last day and in the last month (UTC) in which one began. A run counts where it
-- began, whenever it ends. The lock of its account's wallet is its lock as well.
CREATE TABLE generation.spend (
    cap_id uuid PRIMARY KEY,
    day date NOT NULL,
    day_micro bigint NOT NULL CHECK (day_micro >= 0),
    month date NOT NULL,
    month_micro bigint NOT NULL CHECK (month_micro >= 0)
) WITH (fillfactor = 60);
