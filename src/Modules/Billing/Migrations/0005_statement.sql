-- A movement of a debt alone changes nothing that can be spent, and is a line of the statement all the same.
DROP INDEX billing.transfer_statement;
CREATE UNIQUE INDEX transfer_statement ON billing.transfer (wallet_id, number) INCLUDE (at, amount)
 WHERE amount <> 0 OR kind = ANY ('{Chargeback,ChargebackReversal,Clawback,WriteOff}');
