-- The authorities over limits find single rows by their keys, and keep their plans as long as their connection lives. A plan
-- that is made while a table is empty reads all of it: right then, and slow once there are thousands of counters.
ALTER FUNCTION keyward_take_leases(jsonb, timestamptz) SET enable_seqscan = off;
ALTER FUNCTION keyward_take_tokens(jsonb, timestamptz) SET enable_seqscan = off;
