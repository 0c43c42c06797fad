-- CreateEnum
CREATE TYPE "LimitKind" AS ENUM ('REQUESTS_PER_MINUTE', 'DAY', 'WEEK', 'MONTH', 'TOTAL');

-- CreateEnum
CREATE TYPE "LimitAction" AS ENUM ('REJECT', 'ALERT');

-- CreateEnum
CREATE TYPE "LeakedKeyAction" AS ENUM ('REVOKE', 'FLAG');

-- CreateEnum
CREATE TYPE "KeyPolicyBound" AS ENUM ('DEFAULT', 'MAXIMUM');

-- CreateEnum
CREATE TYPE "CredentialKind" AS ENUM ('API_KEY', 'LEGACY_KEY', 'PLAYGROUND');

-- AlterEnum
ALTER TYPE "LineItem" ADD VALUE 'OTHER';

-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "leaked_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "usage_limit" (
    "scope_id" UUID NOT NULL,
    "kind" "LimitKind" NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "api_key_id" UUID,
    "amount" DECIMAL(18,9) NOT NULL,
    "action" "LimitAction" NOT NULL,
    "thresholds" INTEGER[],
    "set_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_limit_pkey" PRIMARY KEY ("scope_id","kind")
);

-- CreateTable
CREATE TABLE "limit_counter" (
    "scope_id" UUID NOT NULL,
    "kind" "LimitKind" NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "spent" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "held" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "debt" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "alerted_percent" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "limit_counter_pkey" PRIMARY KEY ("scope_id","kind","window_start")
);

-- CreateTable
CREATE TABLE "limit_lease" (
    "id" UUID NOT NULL,
    "holder_id" UUID NOT NULL,
    "scope_id" UUID NOT NULL,
    "kind" "LimitKind" NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "taken" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "used" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "returned" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "settled" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,
    "reconciled_at" TIMESTAMPTZ(3),

    CONSTRAINT "limit_lease_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "limit_bucket" (
    "scope_id" UUID NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "limit_bucket_pkey" PRIMARY KEY ("scope_id")
);

-- CreateTable
CREATE TABLE "limit_settlement" (
    "reservation_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "limit_settlement_pkey" PRIMARY KEY ("reservation_id")
);

-- CreateTable
CREATE TABLE "key_policy" (
    "project_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "max_lifetime_seconds" INTEGER,
    "leaked_key_action" "LeakedKeyAction" NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "key_policy_pkey" PRIMARY KEY ("project_id")
);

-- CreateTable
CREATE TABLE "key_policy_limit" (
    "project_id" UUID NOT NULL,
    "bound" "KeyPolicyBound" NOT NULL,
    "kind" "LimitKind" NOT NULL,
    "amount" DECIMAL(18,9) NOT NULL,
    "action" "LimitAction" NOT NULL,
    "thresholds" INTEGER[],

    CONSTRAINT "key_policy_limit_pkey" PRIMARY KEY ("project_id","bound","kind")
);

-- CreateTable
CREATE TABLE "usage_event" (
    "id" TEXT NOT NULL,
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

    CONSTRAINT "usage_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_hourly" (
    "organization_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "project_id" UUID NOT NULL,
    "credential_kind" "CredentialKind" NOT NULL,
    "credential_id" UUID NOT NULL,
    "user_id" UUID,
    "workload" "Workload" NOT NULL,
    "model_id" UUID NOT NULL,
    "line_item" "LineItem" NOT NULL,
    "events" BIGINT NOT NULL,
    "requests" BIGINT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "cost" DECIMAL(24,9) NOT NULL,

    CONSTRAINT "usage_hourly_pkey" PRIMARY KEY ("organization_id","hour","project_id","credential_id","workload","model_id","line_item")
);

-- CreateTable
CREATE TABLE "playground_token" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "playground_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT,
    "events" TEXT[],
    "sealed_secret" BYTEA NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "last_success_at" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "last_failure" TEXT,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "given_up_at" TIMESTAMPTZ(3),
    "last_status" INTEGER,
    "last_error" TEXT,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verifier" (
    "id" UUID NOT NULL,
    "gateway_id" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verifier_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "usage_limit_organization_id_idx" ON "usage_limit"("organization_id");

-- CreateIndex
CREATE INDEX "usage_limit_project_id_idx" ON "usage_limit"("project_id");

-- CreateIndex
CREATE INDEX "usage_limit_api_key_id_idx" ON "usage_limit"("api_key_id");

-- CreateIndex
CREATE INDEX "limit_lease_scope_id_kind_window_start_idx" ON "limit_lease"("scope_id", "kind", "window_start");

-- CreateIndex
CREATE INDEX "limit_lease_renewed_at_idx" ON "limit_lease"("renewed_at");

-- CreateIndex
CREATE INDEX "limit_settlement_at_idx" ON "limit_settlement"("at");

-- CreateIndex
CREATE INDEX "key_policy_organization_id_idx" ON "key_policy"("organization_id");

-- CreateIndex
CREATE INDEX "usage_event_recorded_at_idx" ON "usage_event" USING BRIN ("recorded_at");

-- CreateIndex
CREATE INDEX "usage_hourly_project_id_hour_idx" ON "usage_hourly"("project_id", "hour");

-- CreateIndex
CREATE INDEX "usage_hourly_credential_id_hour_idx" ON "usage_hourly"("credential_id", "hour");

-- CreateIndex
CREATE UNIQUE INDEX "playground_token_hash_key" ON "playground_token"("hash");

-- CreateIndex
CREATE INDEX "playground_token_organization_id_idx" ON "playground_token"("organization_id");

-- CreateIndex
CREATE INDEX "playground_token_project_id_idx" ON "playground_token"("project_id");

-- CreateIndex
CREATE INDEX "playground_token_user_id_idx" ON "playground_token"("user_id");

-- CreateIndex
CREATE INDEX "playground_token_expires_at_idx" ON "playground_token"("expires_at");

-- CreateIndex
CREATE INDEX "webhook_organization_id_id_idx" ON "webhook"("organization_id", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_id_idx" ON "webhook_delivery"("webhook_id", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_next_attempt_at_idx" ON "webhook_delivery"("next_attempt_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_created_at_idx" ON "webhook_delivery"("created_at");

-- CreateIndex
CREATE INDEX "verifier_gateway_id_idx" ON "verifier"("gateway_id");

-- CreateIndex
CREATE INDEX "verifier_seen_at_idx" ON "verifier"("seen_at");

-- AddForeignKey
ALTER TABLE "usage_limit" ADD CONSTRAINT "usage_limit_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_limit" ADD CONSTRAINT "usage_limit_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_limit" ADD CONSTRAINT "usage_limit_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_policy" ADD CONSTRAINT "key_policy_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_policy" ADD CONSTRAINT "key_policy_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_policy_limit" ADD CONSTRAINT "key_policy_limit_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "key_policy"("project_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "playground_token" ADD CONSTRAINT "playground_token_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "playground_token" ADD CONSTRAINT "playground_token_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "playground_token" ADD CONSTRAINT "playground_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verifier" ADD CONSTRAINT "verifier_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateway"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ——— What the schema cannot say ———

ALTER TABLE "usage_limit"
  ADD CONSTRAINT "usage_limit_positive" CHECK ("amount" > 0),
  ADD CONSTRAINT "usage_limit_scope" CHECK ("scope_id" = coalesce("api_key_id", "project_id", "organization_id")),
  ADD CONSTRAINT "usage_limit_key_of_project" CHECK ("api_key_id" IS NULL OR "project_id" IS NOT NULL);

ALTER TABLE "limit_counter"
  ADD CONSTRAINT "limit_counter_not_negative" CHECK ("spent" >= 0 AND "held" >= 0 AND "debt" >= 0);

ALTER TABLE "limit_lease"
  ADD CONSTRAINT "limit_lease_not_overdrawn" CHECK ("used" >= 0 AND "returned" >= 0 AND "settled" >= 0
    AND "used" + "returned" <= "taken" AND "returned" + "settled" <= "taken");

ALTER TABLE "key_policy_limit"
  ADD CONSTRAINT "key_policy_limit_positive" CHECK ("amount" > 0);

ALTER TABLE "key_policy"
  ADD CONSTRAINT "key_policy_lifetime_positive" CHECK ("max_lifetime_seconds" > 0);

ALTER TABLE "usage_event"
  ADD CONSTRAINT "usage_event_cost_not_negative" CHECK ("cost" >= 0),
  ADD CONSTRAINT "usage_event_hash_size" CHECK (octet_length("content_hash") = 32);

ALTER TABLE "playground_token"
  ADD CONSTRAINT "playground_token_hash_size" CHECK (octet_length("hash") = 32);

CREATE TRIGGER "usage_limit_same_organization" BEFORE INSERT OR UPDATE ON "usage_limit"
  FOR EACH ROW WHEN (NEW."project_id" IS NOT NULL) EXECUTE FUNCTION keyward_same_organization_as_project();

CREATE TRIGGER "key_policy_same_organization" BEFORE INSERT OR UPDATE ON "key_policy"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_project();

CREATE TRIGGER "playground_token_same_organization" BEFORE INSERT OR UPDATE ON "playground_token"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_project();

-- A line item OTHER has no price: nobody says what a unit of it is. (The value is new in this transaction, so that it is
-- compared as text.)
ALTER TABLE "model_price"
  ADD CONSTRAINT "model_price_of_known_item" CHECK ("line_item"::text <> 'OTHER');

-- The authority over budgets. Every ask reports what its lease has used and returned so far, and takes more: what it
-- needs for requests that wait, or what is left of it where that is at least "least", which fits one of them. What it wants
-- beyond its need, to ask less often, it gets up to a hundredth of what is left.
-- One ask after the other, each under the lock of its counter, in one order: that is what keeps
-- spent + held <= the budget at every acceptance, however many ask at the same time.
CREATE FUNCTION keyward_take_leases(asks jsonb, moment timestamptz)
RETURNS TABLE (lease_id uuid, granted numeric, taken numeric, room numeric, idle_with_others numeric)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  ask record;
  counter limit_counter;
  lease limit_lease;
  budget_usd numeric;
  used_now numeric;
  returned_now numeric;
  left_over numeric;
  grant_usd numeric;
BEGIN
  FOR ask IN
    SELECT * FROM jsonb_to_recordset(asks) AS a(
      "lease" uuid, "holder" uuid, "scope" uuid, "kind" "LimitKind", "window" timestamptz,
      "used" numeric, "returned" numeric, "need" numeric, "want" numeric, "least" numeric)
    ORDER BY a."scope", a."kind", a."window", a."lease"
  LOOP
    SELECT * INTO counter FROM limit_counter c
     WHERE c.scope_id = ask."scope" AND c.kind = ask."kind" AND c.window_start = ask."window" FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO limit_counter (scope_id, kind, window_start) VALUES (ask."scope", ask."kind", ask."window")
      ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT counter FROM limit_counter c
       WHERE c.scope_id = ask."scope" AND c.kind = ask."kind" AND c.window_start = ask."window" FOR UPDATE;
    END IF;
    SELECT u.amount INTO budget_usd FROM usage_limit u
     WHERE u.scope_id = ask."scope" AND u.kind = ask."kind" AND u.action = 'REJECT';
    SELECT * INTO lease FROM limit_lease l WHERE l.id = ask."lease";
    IF NOT FOUND THEN
      lease := ROW(ask."lease", ask."holder", ask."scope", ask."kind", ask."window", 0, 0, 0, 0, moment, moment, NULL)::limit_lease;
    ELSIF lease.holder_id <> ask."holder" OR lease.scope_id <> ask."scope" OR lease.kind <> ask."kind"
          OR lease.window_start <> ask."window" THEN
      -- Another one's lease: nothing is reported for it and nothing given.
      CONTINUE;
    END IF;
    -- Reports are sums, so that one that comes twice or late changes nothing; none goes beyond what was taken.
    used_now := least(greatest(lease.used, ask."used"), lease.taken - lease.returned);
    returned_now := least(greatest(lease.returned, ask."returned"), lease.taken - greatest(used_now, lease.settled));
    counter.held := counter.held - (returned_now - lease.returned);
    left_over := coalesce(budget_usd, 0) - counter.spent - counter.held;
    grant_usd := 0;
    -- A lease that reconciliation closed gives nothing more.
    IF ask."least" > 0 AND left_over >= ask."least" AND lease.reconciled_at IS NULL THEN
      grant_usd := least(left_over, greatest(ask."need", least(ask."want", round(left_over / 100, 9))));
    END IF;
    INSERT INTO limit_lease AS l (id, holder_id, scope_id, kind, window_start, taken, used, returned, settled, opened_at, renewed_at)
    VALUES (lease.id, lease.holder_id, lease.scope_id, lease.kind, lease.window_start,
            lease.taken + grant_usd, used_now, returned_now, lease.settled, lease.opened_at, moment)
    ON CONFLICT (id) DO UPDATE
      SET taken = excluded.taken, used = excluded.used, returned = excluded.returned, renewed_at = excluded.renewed_at;
    UPDATE limit_counter c SET held = counter.held + grant_usd
     WHERE c.scope_id = counter.scope_id AND c.kind = counter.kind AND c.window_start = counter.window_start;
    lease_id := lease.id;
    granted := grant_usd;
    taken := lease.taken + grant_usd;
    room := left_over - grant_usd;
    idle_with_others := 0;
    IF grant_usd < ask."need" THEN
      -- What others took and may still give back. Who did not renew for a while gives nothing back.
      SELECT coalesce(sum(l.taken - l.returned - greatest(l.used, l.settled)), 0) INTO idle_with_others FROM limit_lease l
       WHERE l.scope_id = ask."scope" AND l.kind = ask."kind" AND l.window_start = ask."window" AND l.id <> lease.id
         AND l.renewed_at > moment - interval '15 seconds';
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

-- The authority over rates: a token bucket for each, refilled as time passes. What is given back goes in first.
CREATE FUNCTION keyward_take_tokens(asks jsonb, moment timestamptz)
RETURNS TABLE (scope_id uuid, granted double precision, tokens double precision, per_minute double precision)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  ask record;
  bucket limit_bucket;
  rate double precision;
  filled double precision;
  grant_tokens double precision;
BEGIN
  FOR ask IN
    SELECT * FROM jsonb_to_recordset(asks) AS a(
      "scope" uuid, "back" double precision, "need" double precision, "want" double precision)
    ORDER BY a."scope"
  LOOP
    SELECT u.amount INTO rate FROM usage_limit u WHERE u.scope_id = ask."scope" AND u.kind = 'REQUESTS_PER_MINUTE';
    CONTINUE WHEN rate IS NULL;
    SELECT * INTO bucket FROM limit_bucket b WHERE b.scope_id = ask."scope" FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO limit_bucket (scope_id, tokens, at) VALUES (ask."scope", rate, moment) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT bucket FROM limit_bucket b WHERE b.scope_id = ask."scope" FOR UPDATE;
    END IF;
    -- Clocks of replicas differ by milliseconds: a bucket's time never goes back.
    filled := least(rate, greatest(0, bucket.tokens + ask."back")
      + rate * greatest(0, extract(epoch FROM moment - bucket.at)) / 60);
    grant_tokens := 0;
    IF ask."need" > 0 THEN
      grant_tokens := least(floor(filled), greatest(ask."need", least(ask."want", floor(filled / 100))));
    END IF;
    UPDATE limit_bucket b SET tokens = filled - grant_tokens, at = greatest(bucket.at, moment) WHERE b.scope_id = ask."scope";
    scope_id := ask."scope";
    granted := grant_tokens;
    tokens := filled - grant_tokens;
    per_minute := rate;
    RETURN NEXT;
  END LOOP;
END $$;
