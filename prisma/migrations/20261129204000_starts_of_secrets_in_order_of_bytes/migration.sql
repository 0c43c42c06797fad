-- compatible down to 20261129055332_workload_identity
-- Keys by the start of a secret, within an organization. Only the order of bytes finds a beginning in every locale of a database.
CREATE INDEX CONCURRENTLY "api_key_secret_start" ON "api_key_secret"("organization_id", "start" COLLATE "C", "api_key_id");
