-- Some things need two owners. That the first is made once is the business of its lock.
DROP INDEX accounts.account_one_owner;
