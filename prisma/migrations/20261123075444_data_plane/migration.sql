-- CreateEnum
CREATE TYPE "ResourceKind" AS ENUM ('FINE_TUNED_MODEL', 'ENDPOINT', 'CLUSTER', 'FILE', 'EVALUATION');

-- CreateEnum
CREATE TYPE "ModelStatus" AS ENUM ('ONLINE', 'OFFLINE');

-- CreateEnum
CREATE TYPE "LineItem" AS ENUM ('INPUT_TOKENS', 'CACHED_INPUT_TOKENS', 'OUTPUT_TOKENS', 'IMAGES', 'SECONDS', 'SESSIONS');

-- CreateTable
CREATE TABLE "gateway" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "token_start" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "token_rotated_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),

    CONSTRAINT "gateway_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "kind" "ResourceKind" NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "workload" "Workload" NOT NULL,
    "status" "ModelStatus" NOT NULL,
    "organization_id" UUID,
    "project_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_price" (
    "model_id" UUID NOT NULL,
    "line_item" "LineItem" NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "usd" DECIMAL(18,9) NOT NULL,

    CONSTRAINT "model_price_pkey" PRIMARY KEY ("model_id","line_item","effective_from")
);

-- CreateIndex
CREATE UNIQUE INDEX "gateway_name_key_key" ON "gateway"("name_key");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_token_hash_key" ON "gateway"("token_hash");

-- CreateIndex
CREATE INDEX "resource_organization_id_idx" ON "resource"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "resource_project_id_kind_name_key" ON "resource"("project_id", "kind", "name");

-- CreateIndex
CREATE UNIQUE INDEX "model_slug_key" ON "model"("slug");

-- CreateIndex
CREATE INDEX "model_workload_id_idx" ON "model"("workload", "id");

-- CreateIndex
CREATE INDEX "model_project_id_idx" ON "model"("project_id");

-- CreateIndex
CREATE INDEX "model_organization_id_idx" ON "model"("organization_id");

-- AddForeignKey
ALTER TABLE "resource" ADD CONSTRAINT "resource_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource" ADD CONSTRAINT "resource_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_price" ADD CONSTRAINT "model_price_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ——— What the schema cannot say ———

ALTER TABLE "gateway"
  ADD CONSTRAINT "gateway_token_hash_size" CHECK (octet_length("token_hash") = 32);

ALTER TABLE "resource"
  ADD CONSTRAINT "resource_name_not_blank" CHECK (btrim("name") <> '');

ALTER TABLE "model"
  ADD CONSTRAINT "model_public_or_of_project" CHECK (num_nonnulls("organization_id", "project_id") IN (0, 2));

ALTER TABLE "model_price"
  ADD CONSTRAINT "model_price_not_negative" CHECK ("usd" >= 0);

CREATE TRIGGER "resource_same_organization" BEFORE INSERT OR UPDATE ON "resource"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_project();

CREATE TRIGGER "model_same_organization" BEFORE INSERT OR UPDATE ON "model"
  FOR EACH ROW WHEN (NEW."project_id" IS NOT NULL) EXECUTE FUNCTION keyward_same_organization_as_project();
