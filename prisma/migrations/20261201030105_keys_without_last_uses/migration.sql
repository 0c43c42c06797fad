-- compatible down to 20261130231004_usage_record
-- A key that was written while triggers were off has no row: its next use adds one. Not from the start: a use would then have
-- waited for the script that writes the rows of all keys.
CREATE OR REPLACE FUNCTION keyward_api_key_used() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE api_key_last_use SET minute = date_trunc('minute', NEW.last_used_at, 'UTC') WHERE api_key_id = NEW.id;
  IF NOT FOUND THEN
    INSERT INTO api_key_last_use (api_key_id, organization_id, minute)
    VALUES (NEW.id, NEW.organization_id, date_trunc('minute', NEW.last_used_at, 'UTC'))
    ON CONFLICT (api_key_id) DO UPDATE SET minute = excluded.minute;
  END IF;
  RETURN NULL;
END $$;
