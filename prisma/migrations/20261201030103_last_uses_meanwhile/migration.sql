-- compatible down to 20261130231004_usage_record
-- The keys that were deleted or used while the known ones were written.
DELETE FROM "api_key_last_use" u WHERE NOT EXISTS (SELECT FROM "api_key" k WHERE k."id" = u."api_key_id");

UPDATE "api_key_last_use" u SET "minute" = greatest(u."minute", date_trunc('minute', k."last_used_at", 'UTC'))
  FROM "api_key" k
 WHERE k."id" = u."api_key_id" AND date_trunc('minute', k."last_used_at", 'UTC') > coalesce(u."minute", '-infinity');
