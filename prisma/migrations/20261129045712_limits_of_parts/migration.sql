-- compatible down to 20261129013000_require_second_factor
-- Limits of parts: of the keys of an organization with a tag, of the consumers of a project, and of child tokens. A replica of
-- the version before does not charge them.
ALTER TABLE "usage_limit" ADD COLUMN "part" TEXT;
ALTER TABLE "limit_counter" ADD COLUMN "owner_id" UUID;
ALTER TABLE "limit_lease" ADD COLUMN "owner_id" UUID;

-- The id of a part is the hash of its owner and its name.
ALTER TABLE "usage_limit" DROP CONSTRAINT "usage_limit_scope";
ALTER TABLE "usage_limit" ADD CONSTRAINT "usage_limit_scope" CHECK ("part" IS NOT NULL OR "scope_id" = coalesce("api_key_id", "project_id", "organization_id"));

-- Few limits are of parts: a credential without them costs one probe of an empty index each.
CREATE INDEX "usage_limit_tag" ON "usage_limit"("organization_id", "part") WHERE (part IS NOT NULL AND project_id IS NULL);
CREATE INDEX "usage_limit_consumer" ON "usage_limit"("project_id", "part") WHERE (part IS NOT NULL AND api_key_id IS NULL);
CREATE INDEX "limit_counter_owner" ON "limit_counter"("owner_id") WHERE (owner_id IS NOT NULL);
CREATE INDEX "limit_lease_owner" ON "limit_lease"("owner_id") WHERE (owner_id IS NOT NULL);

-- The authority over limits that are leased, as before. Leases and counters of parts name the owner.
CREATE OR REPLACE FUNCTION keyward_take_leases(asks jsonb, moment timestamptz)
RETURNS TABLE (lease_id uuid, granted numeric, taken numeric, room numeric, idle_with_others numeric)
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan = off AS $$
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
  -- A rate counts whole requests or tokens, and concurrency whole requests.
  is_whole boolean;
  -- Requests under way: a lease of them lapses some time after its last report.
  is_live boolean;
  lapsed numeric;
  spent_now numeric;
BEGIN
  FOR ask IN
    SELECT * FROM jsonb_to_recordset(asks) AS a(
      "lease" uuid, "holder" uuid, "scope" uuid, "kind" "LimitKind", "window" timestamptz,
      "used" numeric, "returned" numeric, "need" numeric, "want" numeric, "least" numeric,
      "owner" uuid, "amount" numeric)
    ORDER BY a."scope", a."kind", a."window", a."lease"
  LOOP
    SELECT * INTO counter FROM limit_counter c
     WHERE c.scope_id = ask."scope" AND c.kind = ask."kind" AND c.window_start = ask."window" FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO limit_counter (scope_id, kind, window_start, owner_id) VALUES (ask."scope", ask."kind", ask."window", ask."owner")
      ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT counter FROM limit_counter c
       WHERE c.scope_id = ask."scope" AND c.kind = ask."kind" AND c.window_start = ask."window" FOR UPDATE;
    END IF;
    -- Of a part, the caller has read the amount: consumers share the rows of their project.
    budget_usd := ask."amount";
    IF budget_usd IS NULL THEN
      SELECT u.amount INTO budget_usd FROM usage_limit u
       WHERE u.scope_id = ask."scope" AND u.kind = ask."kind" AND u.action = 'REJECT';
    END IF;
    SELECT * INTO lease FROM limit_lease l WHERE l.id = ask."lease";
    IF NOT FOUND THEN
      lease := ROW(ask."lease", ask."holder", ask."scope", ask."kind", ask."window", 0, 0, 0, 0, moment, moment, NULL, NULL, ask."owner")::limit_lease;
    ELSIF lease.holder_id <> ask."holder" OR lease.scope_id <> ask."scope" OR lease.kind <> ask."kind"
          OR lease.window_start <> ask."window" THEN
      -- Another one's lease: nothing is reported for it and nothing given.
      CONTINUE;
    END IF;
    -- Reports are sums, so that one that comes twice or late changes nothing; none goes beyond what was taken.
    is_live := ask."kind"::text = 'CONCURRENCY';
    used_now := least(greatest(lease.used, ask."used"), lease.taken - lease.returned);
    returned_now := least(greatest(lease.returned, ask."returned"), lease.taken - greatest(used_now, lease.settled));
    is_whole := is_live OR ask."kind"::text LIKE '%\_PER\_%';
    -- Requests are spent once they are reported: no usage settles them.
    spent_now := CASE WHEN ask."kind"::text LIKE 'REQUESTS\_%' THEN greatest(0, used_now - lease.settled) ELSE 0 END;
    counter.held := counter.held - (returned_now - lease.returned) - spent_now;
    counter.spent := counter.spent + spent_now;
    left_over := coalesce(budget_usd, 0) - counter.spent - counter.held;
    IF is_live AND left_over < ask."need" THEN
      -- Requests of leases that lapsed have ended. The lock of the counter covers their leases.
      SELECT coalesce(sum(l.taken - l.returned - l.settled), 0) INTO lapsed FROM limit_lease l
       WHERE l.scope_id = ask."scope" AND l.kind = ask."kind" AND l.window_start = ask."window" AND l.id <> lease.id
         AND l.lapses_at <= moment AND l.reconciled_at IS NULL;
      IF lapsed > 0 THEN
        UPDATE limit_lease l SET settled = l.taken - l.returned, reconciled_at = moment
         WHERE l.scope_id = ask."scope" AND l.kind = ask."kind" AND l.window_start = ask."window" AND l.id <> lease.id
           AND l.lapses_at <= moment AND l.reconciled_at IS NULL AND l.taken > l.returned + l.settled;
        counter.held := counter.held - lapsed;
        left_over := left_over + lapsed;
      END IF;
    END IF;
    grant_usd := 0;
    -- A lease that reconciliation closed gives nothing more.
    IF ask."least" > 0 AND left_over >= ask."least" AND lease.reconciled_at IS NULL THEN
      grant_usd := least(left_over, greatest(ask."need", least(CASE WHEN is_whole THEN trunc(ask."want") ELSE ask."want" END, round(left_over / 100, CASE WHEN is_whole THEN 0 ELSE 9 END))));
    END IF;
    INSERT INTO limit_lease AS l (id, holder_id, scope_id, kind, window_start, taken, used, returned, settled, opened_at, renewed_at, lapses_at, owner_id)
    VALUES (lease.id, lease.holder_id, lease.scope_id, lease.kind, lease.window_start,
            lease.taken + grant_usd, used_now, returned_now, lease.settled + spent_now, lease.opened_at, moment,
            CASE WHEN is_live THEN moment + interval '15 minutes' END, ask."owner")
    ON CONFLICT (id) DO UPDATE
      SET taken = excluded.taken, used = excluded.used, returned = excluded.returned, settled = excluded.settled, renewed_at = excluded.renewed_at,
          lapses_at = excluded.lapses_at;
    UPDATE limit_counter c SET held = counter.held + grant_usd, spent = counter.spent
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

-- The authority over requests a minute, as before.
CREATE OR REPLACE FUNCTION keyward_take_tokens(asks jsonb, moment timestamptz)
RETURNS TABLE (scope_id uuid, granted double precision, tokens double precision, per_minute double precision)
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan = off AS $$
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
      "scope" uuid, "back" double precision, "need" double precision, "want" double precision,
      "amount" double precision)
    ORDER BY a."scope"
  LOOP
    rate := ask."amount";
    IF rate IS NULL THEN
      SELECT u.amount INTO rate FROM usage_limit u WHERE u.scope_id = ask."scope" AND u.kind = 'REQUESTS_PER_MINUTE';
    END IF;
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
