-- compatible down to 20261129124200_price_tiers
-- Rates by model. A replica of the version before does not charge them.
ALTER TABLE "usage_limit" ADD COLUMN "model" TEXT,
ADD COLUMN "model_of" UUID;

-- The id of the scope of a rate by model is the hash of its owner's and of the pattern.
ALTER TABLE "usage_limit" DROP CONSTRAINT "usage_limit_scope";
ALTER TABLE "usage_limit"
  ADD CONSTRAINT "usage_limit_scope" CHECK ("part" IS NOT NULL OR coalesce("model_of", "scope_id") = coalesce("api_key_id", "project_id", "organization_id")),
  ADD CONSTRAINT "usage_limit_model" CHECK (("model" IS NULL) = ("model_of" IS NULL) AND ("model" IS NULL OR "kind"::text LIKE '%\_PER\_%'));

-- Few owners have such rates: others cost one probe of an empty index.
CREATE INDEX "usage_limit_model" ON "usage_limit"("model_of") WHERE (model_of IS NOT NULL);
