-- compatible down to 20261129055332_workload_identity
-- The index of the starts of secrets in the order of bytes takes its place.
DROP INDEX CONCURRENTLY "api_key_secret_organization_id_start_api_key_id_idx";
