-- compatible down to 20261129055332_workload_identity
-- Corrections of costs. A replica of the version before cannot name their line item, and fails to group costs by it.
-- AlterEnum
ALTER TYPE "LineItem" ADD VALUE 'ADJUSTMENT';

-- CreateTable
CREATE TABLE "usage_adjustment" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "adjustment_id" TEXT NOT NULL,
    "content_hash" BYTEA NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "workload" "Workload" NOT NULL,
    "model_id" UUID,
    "consumer" TEXT,
    "event_id" TEXT,
    "amount" DECIMAL(24,9) NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_name" TEXT NOT NULL,

    CONSTRAINT "usage_adjustment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "usage_adjustment_project_id_idx" ON "usage_adjustment"("project_id");

-- CreateIndex
CREATE INDEX "usage_adjustment_api_key_id_id_idx" ON "usage_adjustment"("api_key_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "usage_adjustment_organization_id_adjustment_id_key" ON "usage_adjustment"("organization_id", "adjustment_id");

-- AddForeignKey
ALTER TABLE "usage_adjustment" ADD CONSTRAINT "usage_adjustment_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_adjustment" ADD CONSTRAINT "usage_adjustment_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_adjustment" ADD CONSTRAINT "usage_adjustment_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


ALTER TABLE "usage_adjustment"
  ADD CONSTRAINT "usage_adjustment_not_zero" CHECK ("amount" <> 0),
  ADD CONSTRAINT "usage_adjustment_hash_size" CHECK (octet_length("content_hash") = 32);
