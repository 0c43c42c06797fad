-- compatible down to 20261130231004_usage_record
-- Keys by a part of their name. Without it, a search reads all names of the organization. New names enter it at once: a
-- search would read those that wait in a list.
CREATE INDEX CONCURRENTLY "api_key_name_parts" ON "api_key" USING gin (keyward_name_parts("organization_id", "name_key")) WITH (fastupdate = off);
