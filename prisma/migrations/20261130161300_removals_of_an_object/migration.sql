-- compatible down to 20261129220500_time_of_authentication
-- The removal of an object by its id, for repeated removals. Gateways know no organization of the object.
CREATE INDEX CONCURRENTLY "audit_event_removals" ON "audit_event"("target_id") WHERE action ~ '[.](removed|deleted|deletionRequested)$';
