-- compatible down to 20261129055332_workload_identity
-- The list of an organization's keys by expiration, and those that expire before a time.
CREATE INDEX CONCURRENTLY "api_key_organization_id_expires_at_id_idx" ON "api_key"("organization_id", "expires_at", "id");
