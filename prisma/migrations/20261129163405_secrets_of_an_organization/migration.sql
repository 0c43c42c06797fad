-- compatible down to 20261129055332_workload_identity
-- The index of the starts of secrets begins with the same column.
DROP INDEX CONCURRENTLY "api_key_secret_organization_id_idx";
