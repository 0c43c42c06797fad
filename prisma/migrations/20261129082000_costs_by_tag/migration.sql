-- compatible down to 20261129013000_require_second_factor
-- The hours in which keys have their tags, for costs by tag. The triggers write them, so that a replica of the version before
-- keeps them too.

-- CreateTable
CREATE TABLE "api_key_tag_period" (
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "from_hour" TIMESTAMPTZ(0) NOT NULL,
    "until_hour" TIMESTAMPTZ(0) NOT NULL DEFAULT 'infinity',

    CONSTRAINT "api_key_tag_period_pkey" PRIMARY KEY ("api_key_id","key","from_hour")
);

-- CreateIndex
CREATE INDEX "api_key_tag_period_organization_id_key_idx" ON "api_key_tag_period"("organization_id", "key");

-- CreateIndex
CREATE INDEX "api_key_tag_period_project_id_key_idx" ON "api_key_tag_period"("project_id", "key");

-- A key has one value of a tag at a time.
CREATE UNIQUE INDEX "api_key_tag_period_current" ON "api_key_tag_period"("api_key_id", "key") WHERE (until_hour = 'infinity');
ALTER TABLE "api_key_tag_period" ADD CONSTRAINT "api_key_tag_period_not_empty" CHECK ("from_hour" < "until_hour");

-- Which tags a key had earlier is not known: those of now count for all usage before.
INSERT INTO "api_key_tag_period" ("organization_id", "project_id", "api_key_id", "key", "value", "from_hour")
SELECT k.organization_id, k.project_id, k.id, t.key, t.value, '-infinity'
  FROM "api_key_tag" t JOIN "api_key" k ON k.id = t.api_key_id;

-- A change counts from the start of its hour, and the last one of an hour for the whole hour. The tags that a key gets in the
-- hour of its creation also count before: an imported key may have usage of earlier days.
CREATE FUNCTION keyward_api_key_tags_from(created_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT CASE WHEN created_at < date_trunc('hour', now(), 'UTC') THEN date_trunc('hour', now(), 'UTC') ELSE '-infinity' END
$$;

-- Tags are deleted and inserted under the lock of their key. Those of a deleted key stay in its costs.
CREATE FUNCTION keyward_api_key_tags_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM api_key_tag_period p USING old_tags o, api_key k
     WHERE p.api_key_id = o.api_key_id AND p.key = o.key AND k.id = o.api_key_id
       AND p.until_hour = 'infinity' AND p.from_hour >= keyward_api_key_tags_from(k.created_at);
    UPDATE api_key_tag_period p SET until_hour = keyward_api_key_tags_from(k.created_at)
      FROM old_tags o, api_key k
     WHERE p.api_key_id = o.api_key_id AND p.key = o.key AND k.id = o.api_key_id AND p.until_hour = 'infinity';
  END IF;
  IF TG_OP <> 'DELETE' THEN
    -- A tag that was replaced by itself.
    UPDATE api_key_tag_period p SET until_hour = 'infinity'
      FROM new_tags n, api_key k
     WHERE p.api_key_id = n.api_key_id AND p.key = n.key AND p.value = n.value AND k.id = n.api_key_id
       AND p.until_hour = keyward_api_key_tags_from(k.created_at);
    -- A clock that went back must not make two values count for one hour.
    INSERT INTO api_key_tag_period (organization_id, project_id, api_key_id, key, value, from_hour)
    SELECT k.organization_id, k.project_id, k.id, n.key, n.value,
           greatest(keyward_api_key_tags_from(k.created_at),
                    (SELECT max(p.until_hour) FROM api_key_tag_period p WHERE p.api_key_id = k.id AND p.key = n.key))
      FROM new_tags n JOIN api_key k ON k.id = n.api_key_id
     WHERE NOT EXISTS (SELECT FROM api_key_tag_period p
                        WHERE p.api_key_id = k.id AND p.key = n.key AND p.until_hour = 'infinity');
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "api_key_tag_inserted" AFTER INSERT ON "api_key_tag" REFERENCING NEW TABLE AS new_tags
  FOR EACH STATEMENT EXECUTE FUNCTION keyward_api_key_tags_changed();

CREATE TRIGGER "api_key_tag_updated" AFTER UPDATE ON "api_key_tag" REFERENCING OLD TABLE AS old_tags NEW TABLE AS new_tags
  FOR EACH STATEMENT EXECUTE FUNCTION keyward_api_key_tags_changed();

CREATE TRIGGER "api_key_tag_deleted" AFTER DELETE ON "api_key_tag" REFERENCING OLD TABLE AS old_tags
  FOR EACH STATEMENT EXECUTE FUNCTION keyward_api_key_tags_changed();
