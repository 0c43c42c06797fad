-- compatible down to 20261129055332_workload_identity
-- Keys by the start of a secret, within an organization, without reading the secrets themselves. It also serves what the index
-- of the organization did, which the next migration drops.
CREATE INDEX CONCURRENTLY "api_key_secret_organization_id_start_api_key_id_idx" ON "api_key_secret"("organization_id", "start", "api_key_id");
