-- compatible down to 20261129013000_require_second_factor
-- A replica of the version before accepts a code again until its step is over, as it did.
-- AlterTable
ALTER TABLE "two_factor" ADD COLUMN     "last_step" INTEGER;
