-- compatible down to 20261129220500_time_of_authentication
-- The stream of changes of an organization. Without it, PostgreSQL reads the changes of all organizations to resume one.
CREATE INDEX CONCURRENTLY "change_event_organization_id_position_idx" ON "change_event"("organization_id", "position");
