-- compatible down to 20261129220500_time_of_authentication
-- The messages of a webhook that are not settled.
CREATE INDEX CONCURRENTLY "webhook_delivery_pending" ON "webhook_delivery"("webhook_id", "id") WHERE delivered_at IS NULL AND given_up_at IS NULL;
