-- compatible down to 20261126225934_leaked_secrets
-- Older replicas keep working. They do not know models of keys: they deny them once they are replaced.
-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "models" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "key_policy" ADD COLUMN     "models" TEXT[] DEFAULT ARRAY[]::TEXT[];
