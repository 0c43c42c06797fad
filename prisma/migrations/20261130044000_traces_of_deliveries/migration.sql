-- compatible down to 20261129055332_workload_identity
-- An older version does not write the trace, so that its messages begin traces of their own.
ALTER TABLE "webhook_delivery" ADD COLUMN "traceparent" TEXT;
