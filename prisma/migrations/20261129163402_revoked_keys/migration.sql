-- compatible down to 20261129055332_workload_identity
-- The list of an organization's revoked keys, of which there may be few among many.
CREATE INDEX CONCURRENTLY "api_key_revoked" ON "api_key"("organization_id", "id") WHERE (revoked_at IS NOT NULL);
