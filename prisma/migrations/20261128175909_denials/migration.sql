-- compatible down to 20261128131500_rates_by_unit
-- Counts of denied requests. A replica of the version before does not write or read them.
-- CreateTable
CREATE TABLE "denial_hourly" (
    "organization_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "project_id" UUID NOT NULL,
    "credential_kind" "CredentialKind" NOT NULL,
    "credential_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "denials" BIGINT NOT NULL,

    CONSTRAINT "denial_hourly_pkey" PRIMARY KEY ("organization_id","hour","project_id","credential_id","reason")
);

-- CreateTable
CREATE TABLE "denial_batch" (
    "id" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "denial_batch_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "denial_hourly_project_id_hour_idx" ON "denial_hourly"("project_id", "hour");

-- CreateIndex
CREATE INDEX "denial_hourly_credential_id_hour_idx" ON "denial_hourly"("credential_id", "hour");

-- CreateIndex
CREATE INDEX "denial_hourly_hour_idx" ON "denial_hourly"("hour");

-- CreateIndex
CREATE INDEX "denial_batch_recorded_at_idx" ON "denial_batch"("recorded_at");
