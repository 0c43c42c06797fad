-- Not compatible with older code, which would rotate a token and leave its expiration, the previous token and the person
-- who knows it as they were.
-- AlterTable
ALTER TABLE "service_account" ADD COLUMN     "previous_retires_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_seen_by_account_id" UUID,
ADD COLUMN     "previous_seen_by_user_id" UUID,
ADD COLUMN     "previous_token_hash" BYTEA,
ADD COLUMN     "token_ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "token_expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "token_seen_by_account_id" UUID,
ADD COLUMN     "token_seen_by_user_id" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "service_account_previous_token_hash_key" ON "service_account"("previous_token_hash");

-- CreateIndex
CREATE INDEX "service_account_token_seen_by_user_id_idx" ON "service_account"("token_seen_by_user_id");

-- AddForeignKey
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_token_seen_by_user_id_fkey" FOREIGN KEY ("token_seen_by_user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "service_account"
  ADD CONSTRAINT "service_account_previous_token_hash_size" CHECK (octet_length("previous_token_hash") = 32);

-- Who knows the tokens of now: the last person or account that created or rotated each, by the audit log.
WITH last AS (
  SELECT DISTINCT ON (e."target_id") e."target_id", e."actor_kind", e."actor_id"
    FROM "audit_event" e
   WHERE e."action" IN ('serviceAccount.created', 'serviceAccount.tokenRotated')
   ORDER BY e."target_id", e."at" DESC, e."sequence" DESC
)
UPDATE "service_account" AS s
   SET "token_seen_by_user_id" = u."id",
       "token_seen_by_account_id" = CASE WHEN last."actor_kind" = 'SERVICE_ACCOUNT' THEN last."actor_id" END
  FROM last LEFT JOIN "user" u ON last."actor_kind" = 'USER' AND u."id" = last."actor_id"
 WHERE last."target_id" = s."id";
