-- compatible down to 20261128183500_concurrency
-- Notices to people. A replica of the version before raises and mails none.
-- AlterTable
ALTER TABLE "user" ADD COLUMN     "notices_by_mail" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "notices_mailed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "notice" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "action" TEXT NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "target_name" TEXT NOT NULL,
    "about" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notice_job" (
    "name" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "after" UUID,

    CONSTRAINT "notice_job_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "notice_organization_id_at_idx" ON "notice"("organization_id", "at");

-- CreateIndex
CREATE INDEX "notice_project_id_idx" ON "notice"("project_id");

-- CreateIndex
CREATE INDEX "notice_at_idx" ON "notice"("at");

-- CreateIndex
CREATE UNIQUE INDEX "notice_target_id_action_about_key" ON "notice"("target_id", "action", "about");

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Jobs without progress are due. The first mails report what is raised from now on.
INSERT INTO "notice_job" ("name", "due_at") VALUES ('KEYS', now()), ('MAIL', now());
