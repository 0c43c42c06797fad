-- compatible down to 20261128183500_concurrency
-- Usage by end customer. A replica of the version before records events without one.
-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "consumer_salt" BYTEA,
ADD COLUMN     "hash_consumers" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "organization"
  ADD CONSTRAINT "organization_consumer_salt" CHECK (
    CASE WHEN "consumer_salt" IS NULL THEN NOT "hash_consumers" ELSE octet_length("consumer_salt") = 32 END);

-- AlterTable
ALTER TABLE "usage_event" ADD COLUMN     "consumer" TEXT;

-- CreateTable
CREATE TABLE "usage_consumer_hourly" (
    "organization_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "project_id" UUID NOT NULL,
    "consumer" TEXT COLLATE "C" NOT NULL,
    "credential_kind" "CredentialKind" NOT NULL,
    "credential_id" UUID NOT NULL,
    "user_id" UUID,
    "workload" "Workload" NOT NULL,
    "model_id" UUID NOT NULL,
    "line_item" "LineItem" NOT NULL,
    "events" BIGINT NOT NULL,
    "requests" BIGINT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "cost" DECIMAL(24,9) NOT NULL,

    CONSTRAINT "usage_consumer_hourly_pkey" PRIMARY KEY ("project_id","hour","consumer","credential_id","workload","model_id","line_item")
);

-- CreateIndex
CREATE INDEX "usage_consumer_hourly_organization_id_hour_idx" ON "usage_consumer_hourly"("organization_id", "hour");

-- CreateIndex
CREATE INDEX "usage_consumer_hourly_credential_id_hour_idx" ON "usage_consumer_hourly"("credential_id", "hour");
