-- compatible down to 20261130185928_keys_by_creator
-- The future primary key. Built ahead, because building it with the key would hold up all who record usage.
CREATE UNIQUE INDEX CONCURRENTLY "usage_event_id_month" ON "usage_event"("id", "month");
