-- compatible down to 20261129124200_price_tiers
-- The time zone of an organization, and parts of hours for its sums. A replica of the version before sums by the hour: set
-- time zones once it is gone.
-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "half_hours_from" TIMESTAMPTZ(3),
ADD COLUMN     "quarter_hours_from" TIMESTAMPTZ(3),
ADD COLUMN     "time_zone" TEXT NOT NULL DEFAULT 'UTC';

