-- What an account spent, by day: statements for programs, and what a key has spent.
CREATE INDEX run_of_account ON generation.run (account_id, started_at);
