-- No older version works with this migration: it would give people roles that their organization withholds.

-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "require_second_factor" BOOLEAN NOT NULL DEFAULT false;
