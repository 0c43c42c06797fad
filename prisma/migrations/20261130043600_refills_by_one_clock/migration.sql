-- compatible down to 20261129220500_time_of_authentication
-- The authority over requests a minute, by the clock of the database and not by the estimates of replicas: these differ, so
-- that a bucket could not follow a clock that was set back, and refilled only once it had caught up. Replicas of the version
-- before keep calling keyward_take_tokens.
CREATE FUNCTION keyward_take_requests(asks jsonb, ahead_ms double precision)
RETURNS TABLE (scope_id uuid, granted double precision, tokens double precision, per_minute double precision)
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  ask record;
  bucket limit_bucket;
  rate double precision;
  filled double precision;
  grant_tokens double precision;
  moment timestamptz;
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
      INSERT INTO limit_bucket (scope_id, tokens, at)
      VALUES (ask."scope", rate, date_trunc('milliseconds', clock_timestamp() + ahead_ms * interval '1 millisecond')) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT bucket FROM limit_bucket b WHERE b.scope_id = ask."scope" FOR UPDATE;
    END IF;
    -- Read under the lock, so that the time of a bucket goes back only if this clock was set back. It counts on from there.
    -- In whole milliseconds, as it is stored, so that no part of one refills twice.
    moment := date_trunc('milliseconds', clock_timestamp() + ahead_ms * interval '1 millisecond');
    filled := least(rate, greatest(0, bucket.tokens + ask."back")
      + rate * greatest(0, extract(epoch FROM moment - bucket.at)) / 60);
    grant_tokens := 0;
    IF ask."need" > 0 THEN
      grant_tokens := least(floor(filled), greatest(ask."need", least(ask."want", floor(filled / 100))));
    END IF;
    UPDATE limit_bucket b SET tokens = filled - grant_tokens, at = moment WHERE b.scope_id = ask."scope";
    scope_id := ask."scope";
    granted := grant_tokens;
    tokens := filled - grant_tokens;
    per_minute := rate;
    RETURN NEXT;
  END LOOP;
END $$;
