-- compatible down to 20261129161316_organization_time_zone
-- Names in new audit events are sealed. Replicas of the version before show the sealed text, and write names as they are.
-- CreateTable
CREATE TABLE "person_key" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "user_id" UUID,
    "sealed" BYTEA,
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "person_key_organization_id_subject_id_idx" ON "person_key"("organization_id", "subject_id");

-- CreateIndex
CREATE INDEX "person_key_subject_id_idx" ON "person_key"("subject_id");

-- CreateIndex
CREATE INDEX "person_key_user_id_idx" ON "person_key"("user_id");

