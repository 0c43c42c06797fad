-- compatible down to 20261129220500_time_of_authentication
-- The schedule of attempts starts anew when a message is sent again.
ALTER TABLE "webhook_delivery" ADD COLUMN     "attempts_before" INTEGER NOT NULL DEFAULT 0;
