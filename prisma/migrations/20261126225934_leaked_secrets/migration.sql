-- Which of a key's secrets was reported as leaked: the worry ends with that secret, and not with the key.
ALTER TABLE "api_key_secret" ADD COLUMN "leaked_at" TIMESTAMPTZ(3);

-- What was reported before, of the secrets that were there at the time and answered.
UPDATE "api_key_secret" AS s SET "leaked_at" = k."leaked_at"
  FROM "api_key" AS k
 WHERE k."id" = s."api_key_id" AND k."leaked_at" IS NOT NULL AND s."created_at" <= k."leaked_at"
   AND (s."retires_at" IS NULL OR s."retires_at" > k."leaked_at");
