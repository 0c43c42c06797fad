-- compatible down to 20261129055332_workload_identity
-- The list of an organization's paused keys, of which there may be few among many.
CREATE INDEX CONCURRENTLY "api_key_paused" ON "api_key"("organization_id", "id") WHERE (paused_at IS NOT NULL);
