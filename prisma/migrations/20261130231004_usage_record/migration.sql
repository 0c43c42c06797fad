-- compatible down to 20261130185928_keys_by_creator
-- needs 20261130231002_usage_event_months
ALTER TABLE "usage_event" DROP CONSTRAINT "usage_event_pkey";
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_pkey" PRIMARY KEY USING INDEX "usage_event_id_month";
ALTER TABLE "usage_record" ATTACH PARTITION "usage_event" FOR VALUES FROM (MINVALUE) TO ('2000-01-01');

-- An older replica that gets an event again sees only the events of this part. The lock lets it see those that newer
-- replicas are recording. Older replicas share it.
CREATE FUNCTION keyward_usage_recorded_once() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  LOCK TABLE ONLY usage_record IN SHARE MODE;
  IF EXISTS (SELECT FROM usage_record WHERE id = NEW.id AND month >= '2000-01-01') THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "usage_event_recorded_once" BEFORE INSERT ON "usage_event"
  FOR EACH ROW EXECUTE FUNCTION keyward_usage_recorded_once();
