-- compatible down to 20261128183500_concurrency
-- Older replicas keep working. They deny the keys of an organization whose deletion is scheduled, since it is paused.
-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "deletion_requested_at" TIMESTAMPTZ(3),
ADD COLUMN     "deletes_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_at_before" TIMESTAMPTZ(3),
ADD COLUMN     "paused_until_before" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "project" ADD COLUMN     "deletes_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "organization_deletes_at" ON "organization"("deletes_at") WHERE (deletes_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "project_deletes_at" ON "project"("deletes_at") WHERE (deletes_at IS NOT NULL);

-- The audit log outlives the organization and the projects that it names.
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_organization_id_fkey",
DROP CONSTRAINT "audit_event_project_id_fkey";
ALTER TABLE "audit_head" DROP CONSTRAINT "audit_head_organization_id_fkey";

-- A scheduled deletion pauses the organization without an end, so that every server denies its keys.
ALTER TABLE "organization"
  ADD CONSTRAINT "organization_deletion_pauses" CHECK ("deletes_at" IS NULL OR ("paused_at" IS NOT NULL AND "paused_until" IS NULL)),
  ADD CONSTRAINT "organization_deletion_times" CHECK (num_nonnulls("deletion_requested_at", "deletes_at") <> 1);

-- Only archived projects are deleted.
ALTER TABLE "project"
  ADD CONSTRAINT "project_deletion_archived" CHECK ("deletes_at" IS NULL OR "archived_at" IS NOT NULL);
