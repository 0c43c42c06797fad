-- compatible down to 20261129220500_time_of_authentication
-- The keys of an organization in the order of their creators' names.
CREATE INDEX CONCURRENTLY "api_key_organization_id_created_by_name_id_idx" ON "api_key"("organization_id", "created_by_name", "id");
