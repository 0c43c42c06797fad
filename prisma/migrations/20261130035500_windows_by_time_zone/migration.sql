-- compatible down to 20261129220500_time_of_authentication
-- Windows of budgets by the time zone of the organization. A replica of the version before goes by UTC: where a time zone is
-- set, its budgets have windows of their own until it is gone.
ALTER TABLE "organization" ADD COLUMN "announced_windows" JSONB;
-- No limit of an organization can be charged without them, so that nothing else is stored.
ALTER TABLE "organization" ADD CONSTRAINT "organization_announced_windows" CHECK (
  announced_windows IS NULL OR coalesce(
    jsonb_typeof(announced_windows #> '{DAY,start}') = 'number' AND jsonb_typeof(announced_windows #> '{DAY,end}') = 'number'
    AND jsonb_typeof(announced_windows #> '{WEEK,start}') = 'number' AND jsonb_typeof(announced_windows #> '{WEEK,end}') = 'number'
    AND jsonb_typeof(announced_windows #> '{MONTH,start}') = 'number' AND jsonb_typeof(announced_windows #> '{MONTH,end}') = 'number',
    false));

-- Where a time zone was set before, the windows that are current end by UTC, as was announced.
UPDATE "organization" o SET "announced_windows" = (
  SELECT jsonb_object_agg(p.kind, jsonb_build_object(
           'start', (extract(epoch FROM w.start) * 1000)::bigint, 'end', (extract(epoch FROM w.start + p.length) * 1000)::bigint))
    FROM (VALUES ('DAY', interval '1 day'), ('WEEK', interval '7 days'), ('MONTH', interval '1 month')) AS p(kind, length),
         LATERAL (SELECT date_trunc(p.kind, now() AT TIME ZONE 'UTC') AS start) AS w)
 WHERE o.time_zone <> 'UTC'
   AND EXISTS (SELECT FROM "usage_limit" u WHERE u.organization_id = o.id AND u.kind IN ('DAY', 'WEEK', 'MONTH'));

-- The authority over limits that are leased, as before, except that a lease stays in the window in which it was opened: only a
-- new lease is of the window that the caller gives. It returns the window.
DROP FUNCTION keyward_take_leases(jsonb, timestamptz);
CREATE FUNCTION keyward_take_leases(asks jsonb, moment timestamptz)
RETURNS TABLE (lease_id uuid, granted numeric, taken numeric, room numeric, idle_with_others numeric, of_window timestamptz)
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
    SELECT a."lease", a."holder", a."scope", a."kind", coalesce(l.window_start, a."window") AS "window", a."window" AS "current",
           a."used", a."returned", a."need", a."want", a."least", a."owner", a."amount"
      FROM jsonb_to_recordset(asks) AS a(
        "lease" uuid, "holder" uuid, "scope" uuid, "kind" "LimitKind", "window" timestamptz,
        "used" numeric, "returned" numeric, "need" numeric, "want" numeric, "least" numeric,
        "owner" uuid, "amount" numeric)
      LEFT JOIN limit_lease l ON l.id = a."lease" AND l.scope_id = a."scope" AND l.kind = a."kind"
    ORDER BY a."scope", a."kind", 5, a."lease"
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
    -- A lease that reconciliation closed gives nothing more, and neither does one whose window has ended.
    IF ask."least" > 0 AND left_over >= ask."least" AND lease.reconciled_at IS NULL AND ask."window" >= ask."current" THEN
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
    of_window := lease.window_start;
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
