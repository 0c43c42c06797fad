-- DropIndex
DROP INDEX "audit_event_organization_id_id_idx";

-- DropIndex
DROP INDEX "audit_event_project_id_id_idx";

-- CreateIndex
CREATE INDEX "audit_event_organization_id_action_sequence_idx" ON "audit_event"("organization_id", "action", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_organization_id_actor_id_sequence_idx" ON "audit_event"("organization_id", "actor_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_organization_id_target_id_sequence_idx" ON "audit_event"("organization_id", "target_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_project_id_sequence_idx" ON "audit_event"("project_id", "sequence");

-- CreateIndex
CREATE INDEX "invitation_email_idx" ON "invitation"("email");
