-- compatible down to 20261129055332_workload_identity
-- The list of an organization's keys by name. Without it, PostgreSQL sorts every key of the organization for a page.
CREATE INDEX CONCURRENTLY "api_key_organization_id_name_key_id_idx" ON "api_key"("organization_id", "name_key", "id");
