CREATE TYPE "KeyCreators" AS ENUM ('ANYONE', 'SERVICE_ACCOUNTS');
CREATE TYPE "CreatorLeaves" AS ENUM ('KEEP', 'PAUSE');

-- A policy is of a project or of an organization, which is its scope.
ALTER TABLE "key_policy_limit" DROP CONSTRAINT "key_policy_limit_project_id_fkey";
ALTER TABLE "key_policy_limit" RENAME COLUMN "project_id" TO "scope_id";

ALTER TABLE "key_policy" ADD COLUMN "scope_id" UUID;
UPDATE "key_policy" SET "scope_id" = "project_id";
ALTER TABLE "key_policy"
  DROP CONSTRAINT "key_policy_pkey",
  ALTER COLUMN "scope_id" SET NOT NULL,
  ADD CONSTRAINT "key_policy_pkey" PRIMARY KEY ("scope_id"),
  ALTER COLUMN "project_id" DROP NOT NULL,
  ALTER COLUMN "leaked_key_action" DROP NOT NULL,
  ADD COLUMN "allowed_ips" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "creators" "KeyCreators" NOT NULL DEFAULT 'ANYONE',
  ADD COLUMN "requires_expiration" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "rotate_every_days" INTEGER,
  ADD COLUMN "when_creator_leaves" "CreatorLeaves",
  ADD COLUMN "workloads" "Workload"[] DEFAULT ARRAY[]::"Workload"[],
  ADD CONSTRAINT "key_policy_scope" CHECK ("scope_id" = coalesce("project_id", "organization_id")),
  ADD CONSTRAINT "key_policy_kind" CHECK (
    ("project_id" IS NULL) = ("leaked_key_action" IS NULL) AND ("project_id" IS NULL) = ("when_creator_leaves" IS NOT NULL)
  ),
  ADD CONSTRAINT "key_policy_rotation_positive" CHECK ("rotate_every_days" > 0);

CREATE UNIQUE INDEX "key_policy_project_id_key" ON "key_policy"("project_id");

ALTER TABLE "key_policy_limit" ADD CONSTRAINT "key_policy_limit_scope_id_fkey"
  FOREIGN KEY ("scope_id") REFERENCES "key_policy"("scope_id") ON DELETE CASCADE ON UPDATE CASCADE;
