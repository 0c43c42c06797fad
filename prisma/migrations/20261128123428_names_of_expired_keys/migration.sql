-- compatible down to 20261126225934_leaked_secrets
-- The name of an expired key is free for other keys. A replica of the version before does not free names, and does not take
-- one back when it extends a key: until it is replaced, two live keys can have one name.
ALTER TABLE "api_key" ADD COLUMN "name_freed_at" TIMESTAMPTZ(3);

DROP INDEX "api_key_live_name";
CREATE UNIQUE INDEX "api_key_live_name" ON "api_key"("project_id", "name_key") WHERE (revoked_at IS NULL AND name_freed_at IS NULL);
