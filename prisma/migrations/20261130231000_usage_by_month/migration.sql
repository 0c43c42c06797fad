-- compatible down to 20261130185928_keys_by_creator
-- Usage events by the month of their recording, so that retention drops whole months. The table so far becomes the part with
-- all events that were recorded before, and those that older replicas still record.
CREATE TABLE "usage_record" (
    "id" TEXT NOT NULL,
    "month" DATE NOT NULL,
    "content_hash" BYTEA NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "credential_kind" "CredentialKind" NOT NULL,
    "credential_id" UUID NOT NULL,
    "user_id" UUID,
    "workload" "Workload" NOT NULL,
    "model_id" UUID,
    "gateway_id" UUID NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "units" JSONB NOT NULL,
    "cost" DECIMAL(18,9) NOT NULL,
    "reservation_id" UUID,
    "consumer" TEXT,
    "service_tier" "ServiceTier",

    CONSTRAINT "usage_record_pkey" PRIMARY KEY ("id", "month"),
    CONSTRAINT "usage_event_cost_not_negative" CHECK ("cost" >= 0),
    CONSTRAINT "usage_event_hash_size" CHECK (octet_length("content_hash") = 32)
) PARTITION BY RANGE ("month");

-- Has no rows. Transactions lock it in one of two modes by the month in which they record: either mode lets others of its kind
-- in, and keeps those of the other month out.
CREATE TABLE "usage_turn" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "usage_turn_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "usage_event"
  ADD COLUMN "month" DATE NOT NULL DEFAULT '1970-01-01',
  ADD CONSTRAINT "usage_event_has_no_month" CHECK ("month" = '1970-01-01') NOT VALID;

-- Makes the part of a month, unless it exists. Attaching does not wait for transactions that record.
CREATE FUNCTION keyward_add_usage_month(month date) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  part text := to_char(month, '"usage_record_"YYYY_MM');
BEGIN
  IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
  -- Another session may have made it meanwhile. This one remembers that it was missing, so it looks again by a query.
  PERFORM pg_advisory_xact_lock(1802990957);
  IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE i.inhparent = 'usage_record'::regclass AND c.relname = part) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE usage_record INCLUDING ALL)', part);
  EXECUTE format('ALTER TABLE usage_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                 part, month, (month + interval '1 month')::date);
END $$;

-- Drops the part of a month. All who record wait for this lock behind it, so it gives up soon.
CREATE FUNCTION keyward_drop_usage_month(month date) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT SET lock_timeout = '1s' AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS %I', to_char(month, '"usage_record_"YYYY_MM'));
END $$;
