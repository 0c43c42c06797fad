-- compatible down to 20261129055332_workload_identity
-- More tokens to bill. A replica of the version before rejects the new items as invalid, and fails to group costs by them.
-- AlterEnum
ALTER TYPE "LineItem" ADD VALUE 'CACHE_WRITE_TOKENS';
ALTER TYPE "LineItem" ADD VALUE 'CACHE_WRITE_1H_TOKENS';
ALTER TYPE "LineItem" ADD VALUE 'AUDIO_INPUT_TOKENS';
ALTER TYPE "LineItem" ADD VALUE 'CACHED_AUDIO_INPUT_TOKENS';
ALTER TYPE "LineItem" ADD VALUE 'REASONING_TOKENS';
ALTER TYPE "LineItem" ADD VALUE 'AUDIO_OUTPUT_TOKENS';
