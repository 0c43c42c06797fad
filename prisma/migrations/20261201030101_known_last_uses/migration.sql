-- compatible down to 20261130231004_usage_record
-- The keys that exist. Keys are used and created meanwhile: a use does not wait for this script, and does not see its rows.
INSERT INTO "api_key_last_use" ("api_key_id", "organization_id", "minute")
SELECT "id", "organization_id", date_trunc('minute', "last_used_at", 'UTC') FROM "api_key"
ON CONFLICT DO NOTHING;
