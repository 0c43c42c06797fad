-- compatible down to 20261129220500_time_of_authentication
-- The failed messages of a webhook: to list them, and to send them again under its lock, without reading all others.
CREATE INDEX CONCURRENTLY "webhook_delivery_failed" ON "webhook_delivery"("webhook_id", "id") WHERE given_up_at IS NOT NULL;
