-- compatible down to 20261129055332_workload_identity
-- An older version does not write the time, so that what it approves counts as signed in when its session began, as before.
ALTER TABLE "session" ADD COLUMN "authenticated_at" TIMESTAMPTZ(3);
ALTER TABLE "device_code" ADD COLUMN "authenticated_at" TIMESTAMPTZ(3);
