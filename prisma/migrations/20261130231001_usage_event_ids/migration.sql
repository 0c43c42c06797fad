-- compatible down to 20261130185928_keys_by_creator
-- Older replicas record each id once by this index, after the primary key has the month.
CREATE UNIQUE INDEX CONCURRENTLY "usage_event_id" ON "usage_event"("id");
