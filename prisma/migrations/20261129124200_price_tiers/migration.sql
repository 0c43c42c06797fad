-- compatible down to 20261129055332_workload_identity
-- Prices by tier and number of input tokens, and their ends. A replica of the version before takes every price for one of
-- any request: load such prices once it is gone.
-- CreateEnum
CREATE TYPE "ServiceTier" AS ENUM ('STANDARD', 'BATCH', 'FLEX', 'PRIORITY');

-- AlterTable
ALTER TABLE "model_price" DROP CONSTRAINT "model_price_pkey",
ADD COLUMN     "above_input_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "effective_until" TIMESTAMPTZ(3),
ADD COLUMN     "service_tier" "ServiceTier" NOT NULL DEFAULT 'STANDARD',
ADD CONSTRAINT "model_price_pkey" PRIMARY KEY ("model_id", "line_item", "service_tier", "above_input_tokens", "effective_from");

-- AlterTable
ALTER TABLE "usage_event" ADD COLUMN     "service_tier" "ServiceTier";

ALTER TABLE "model_price"
  ADD CONSTRAINT "model_price_tokens_in_range" CHECK ("above_input_tokens" BETWEEN 0 AND 1000000000000),
  ADD CONSTRAINT "model_price_ends_later" CHECK ("effective_until" > "effective_from");
