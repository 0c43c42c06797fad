-- compatible down to 20261130231004_usage_record
-- The keys of an organization in the order of their last use, by the minute. An index on the keys themselves would make every
-- noted use write all indexes of the key. A minute is written once, however often the key is used in it.
CREATE TABLE "api_key_last_use" (
    "api_key_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "minute" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_last_use_pkey" PRIMARY KEY ("api_key_id")
);

CREATE INDEX "api_key_last_use_order" ON "api_key_last_use"("organization_id", "minute", "api_key_id");

CREATE FUNCTION keyward_api_keys_inserted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO api_key_last_use (api_key_id, organization_id, minute)
  SELECT id, organization_id, date_trunc('minute', last_used_at, 'UTC') FROM inserted;
  RETURN NULL;
END $$;

CREATE FUNCTION keyward_api_key_used() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE api_key_last_use SET minute = date_trunc('minute', NEW.last_used_at, 'UTC') WHERE api_key_id = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER "api_key_inserted" AFTER INSERT ON "api_key" REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION keyward_api_keys_inserted();

CREATE TRIGGER "api_key_used" AFTER UPDATE OF "last_used_at" ON "api_key" FOR EACH ROW
  WHEN (date_trunc('minute', OLD.last_used_at, 'UTC') IS DISTINCT FROM date_trunc('minute', NEW.last_used_at, 'UTC'))
  EXECUTE FUNCTION keyward_api_key_used();
