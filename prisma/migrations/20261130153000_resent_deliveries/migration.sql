-- compatible down to 20261129220500_time_of_authentication
-- The schedule of attempts starts anew when a message is sent again. A replica of the version before goes on with the old
-- schedule, and may give the message up again: send messages again once every replica is new.
ALTER TABLE "webhook_delivery" ADD COLUMN     "attempts_before" INTEGER NOT NULL DEFAULT 0;
