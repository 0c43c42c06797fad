-- What schema.prisma cannot say: CHECKs, triggers, and the one row of the change clock. Prisma's drift check sees none
-- of it; test/database/catalogue.test.ts asserts that it is there, and the tests beside it that it holds.

-- The functions keep the search path of this migration, so that a restore or a replica, which work with an empty one,
-- find the tables.

-- ——— Rows that make sense by themselves ———

ALTER TABLE "member"
  ADD CONSTRAINT "member_one_subject" CHECK (num_nonnulls("user_id", "service_account_id") = 1),
  ADD CONSTRAINT "member_service_account_not_owner" CHECK ("service_account_id" IS NULL OR "role" <> 'OWNER');

ALTER TABLE "collaborator"
  ADD CONSTRAINT "collaborator_one_subject" CHECK (num_nonnulls("user_id", "service_account_id") = 1),
  ADD CONSTRAINT "collaborator_one_adder" CHECK (num_nonnulls("added_by_user_id", "added_by_service_account_id") <= 1);

ALTER TABLE "invitation"
  ADD CONSTRAINT "invitation_role_not_owner" CHECK ("role" <> 'OWNER'),
  ADD CONSTRAINT "invitation_one_inviter" CHECK (num_nonnulls("invited_by_user_id", "invited_by_service_account_id") <= 1);

ALTER TABLE "service_account"
  ADD CONSTRAINT "service_account_token_hash_size" CHECK (octet_length("token_hash") = 32),
  ADD CONSTRAINT "service_account_one_creator" CHECK (num_nonnulls("created_by_user_id", "created_by_service_account_id") <= 1);

ALTER TABLE "project"
  ADD CONSTRAINT "project_default_not_archived" CHECK (NOT ("is_default" AND "archived_at" IS NOT NULL));

ALTER TABLE "api_key"
  ADD CONSTRAINT "api_key_name_not_blank" CHECK (btrim("name") <> '' AND btrim("name_key") <> ''),
  ADD CONSTRAINT "api_key_one_creator" CHECK (num_nonnulls("created_by_user_id", "created_by_service_account_id") <= 1),
  ADD CONSTRAINT "api_key_one_revoker" CHECK (num_nonnulls("revoked_by_user_id", "revoked_by_service_account_id") <= 1);

ALTER TABLE "api_key_secret"
  ADD CONSTRAINT "api_key_secret_hash_size" CHECK (octet_length("hash") = 32);

ALTER TABLE "legacy_key"
  ADD CONSTRAINT "legacy_key_hash_size" CHECK (octet_length("hash") = 32);

ALTER TABLE "change_clock"
  ADD CONSTRAINT "change_clock_one_row" CHECK ("id" = 1);

INSERT INTO "change_clock" ("id", "position") VALUES (1, 0);

-- ——— An organization has exactly one Owner and exactly one default project, at every commit ———

-- At most one of each by the partial unique indexes; at least one by these. They look at commit, so that a transaction
-- may make the organization before its Owner, and hand ownership over in two steps. Two transactions that both pass and
-- together leave none are not possible: whatever takes the last one away has that row locked, and looks again.
CREATE FUNCTION keyward_check_one_owner(organization uuid) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM organization o WHERE o.id = organization)
    AND (SELECT count(*) FROM member m WHERE m.organization_id = organization AND m.role = 'OWNER') <> 1
  THEN
    RAISE EXCEPTION 'Organization % must have exactly one Owner', organization
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organization_one_owner', TABLE = 'member';
  END IF;
END $$;

CREATE FUNCTION keyward_check_one_default_project(organization uuid) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM organization o WHERE o.id = organization)
    AND (SELECT count(*) FROM project p WHERE p.organization_id = organization AND p.is_default) <> 1
  THEN
    RAISE EXCEPTION 'Organization % must have exactly one default project', organization
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organization_one_default_project', TABLE = 'project';
  END IF;
END $$;

CREATE FUNCTION keyward_organization_complete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM keyward_check_one_owner(NEW.id);
  PERFORM keyward_check_one_default_project(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION keyward_member_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM keyward_check_one_owner(coalesce(OLD.organization_id, NEW.organization_id));
  RETURN NULL;
END $$;

CREATE FUNCTION keyward_project_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM keyward_check_one_default_project(coalesce(OLD.organization_id, NEW.organization_id));
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "organization_complete" AFTER INSERT ON "organization"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keyward_organization_complete();

CREATE CONSTRAINT TRIGGER "member_one_owner_left" AFTER INSERT OR UPDATE OR DELETE ON "member"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keyward_member_changed();

CREATE CONSTRAINT TRIGGER "project_one_default_left" AFTER INSERT OR UPDATE OR DELETE ON "project"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keyward_project_changed();

-- ——— What never changes ———

CREATE FUNCTION keyward_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION '% of % never changes', TG_ARGV[0], TG_TABLE_NAME
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

-- No row moves to another organization. The checks of tenancy below rely on it: they look only when a row is written.
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'member', 'service_account', 'invitation', 'ownership_offer', 'project', 'collaborator', 'api_key',
    'api_key_secret', 'legacy_key', 'audit_head'
  ] LOOP
    EXECUTE format(
      'CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id)
       EXECUTE FUNCTION keyward_refuse_change(''organization_id'')',
      tenant_table || '_keeps_organization', tenant_table
    );
  END LOOP;
END $$;

CREATE TRIGGER "organization_keeps_id" BEFORE UPDATE ON "organization" FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION keyward_refuse_change('id');

CREATE TRIGGER "project_keeps_id" BEFORE UPDATE ON "project" FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION keyward_refuse_change('id');

CREATE TRIGGER "api_key_keeps_id" BEFORE UPDATE ON "api_key" FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION keyward_refuse_change('id');

CREATE TRIGGER "api_key_keeps_project" BEFORE UPDATE ON "api_key" FOR EACH ROW
  WHEN (OLD.project_id IS DISTINCT FROM NEW.project_id) EXECUTE FUNCTION keyward_refuse_change('project_id');

-- Revoked is final.
CREATE TRIGGER "api_key_keeps_revoked_at" BEFORE UPDATE ON "api_key" FOR EACH ROW
  WHEN (OLD.revoked_at IS NOT NULL AND OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
  EXECUTE FUNCTION keyward_refuse_change('revoked_at');

CREATE TRIGGER "api_key_secret_keeps_hash" BEFORE UPDATE ON "api_key_secret" FOR EACH ROW
  WHEN (OLD.hash IS DISTINCT FROM NEW.hash) EXECUTE FUNCTION keyward_refuse_change('hash');

CREATE TRIGGER "api_key_secret_keeps_key" BEFORE UPDATE ON "api_key_secret" FOR EACH ROW
  WHEN (OLD.api_key_id IS DISTINCT FROM NEW.api_key_id) EXECUTE FUNCTION keyward_refuse_change('api_key_id');

-- ——— Rows never mix tenants ———

CREATE FUNCTION keyward_refuse_foreign(what text, table_name text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION '% names a % of another organization', table_name, what
    USING ERRCODE = 'foreign_key_violation', CONSTRAINT = table_name || '_same_organization', TABLE = table_name;
END $$;

-- Each of these compares the row's organization with that of a row it names. A row that does not exist is left to the
-- foreign key.
CREATE FUNCTION keyward_same_organization_as_project() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM project p WHERE p.id = NEW.project_id AND p.organization_id <> NEW.organization_id) THEN
    PERFORM keyward_refuse_foreign('project', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION keyward_same_organization_as_service_account() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
    SELECT FROM service_account s WHERE s.id = NEW.service_account_id AND s.organization_id <> NEW.organization_id
  ) THEN
    PERFORM keyward_refuse_foreign('service account', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION keyward_same_organization_as_member() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM member m WHERE m.id = NEW.member_id AND m.organization_id <> NEW.organization_id) THEN
    PERFORM keyward_refuse_foreign('member', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION keyward_same_organization_as_api_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM api_key k WHERE k.id = NEW.api_key_id AND k.organization_id <> NEW.organization_id) THEN
    PERFORM keyward_refuse_foreign('key', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION keyward_grant_same_organization() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
    SELECT FROM invitation i, project p
    WHERE i.id = NEW.invitation_id AND p.id = NEW.project_id AND i.organization_id <> p.organization_id
  ) THEN
    PERFORM keyward_refuse_foreign('project', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;

-- The legacy key is bound to the default project of its organization.
CREATE FUNCTION keyward_legacy_key_in_default_project() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM project p WHERE p.id = NEW.project_id AND NOT p.is_default) THEN
    RAISE EXCEPTION 'A legacy key belongs to the default project'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'legacy_key_in_default_project', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "collaborator_same_organization" BEFORE INSERT OR UPDATE OF "project_id" ON "collaborator"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_project();

CREATE TRIGGER "collaborator_service_account_same_organization"
  BEFORE INSERT OR UPDATE OF "service_account_id" ON "collaborator"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_service_account();

CREATE TRIGGER "member_service_account_same_organization" BEFORE INSERT OR UPDATE OF "service_account_id" ON "member"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_service_account();

CREATE TRIGGER "ownership_offer_same_organization" BEFORE INSERT OR UPDATE OF "member_id" ON "ownership_offer"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_member();

CREATE TRIGGER "api_key_same_organization" BEFORE INSERT ON "api_key"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_project();

CREATE TRIGGER "api_key_secret_same_organization" BEFORE INSERT ON "api_key_secret"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_api_key();

CREATE TRIGGER "legacy_key_same_organization" BEFORE INSERT OR UPDATE OF "project_id" ON "legacy_key"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_project();

CREATE TRIGGER "legacy_key_default_project" BEFORE INSERT OR UPDATE OF "project_id" ON "legacy_key"
  FOR EACH ROW EXECUTE FUNCTION keyward_legacy_key_in_default_project();

CREATE TRIGGER "audit_event_same_organization" BEFORE INSERT ON "audit_event"
  FOR EACH ROW EXECUTE FUNCTION keyward_same_organization_as_project();

CREATE TRIGGER "invitation_grant_same_organization"
  BEFORE INSERT OR UPDATE ON "invitation_grant"
  FOR EACH ROW EXECUTE FUNCTION keyward_grant_same_organization();

-- ——— The audit log is only ever added to ———

CREATE FUNCTION keyward_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only: % is refused', TG_OP
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

-- By row, because a statement's trigger alone could be got round by a rule or a foreign key's action; by statement, for
-- TRUNCATE, and so that an attempt that meets no row is refused as well.
CREATE TRIGGER "audit_event_append_only_rows" BEFORE UPDATE OR DELETE ON "audit_event"
  FOR EACH ROW EXECUTE FUNCTION keyward_refuse_audit_change();

CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION keyward_refuse_audit_change();

-- Also where session_replication_role silences ordinary triggers.
ALTER TABLE "audit_event" ENABLE ALWAYS TRIGGER "audit_event_append_only_rows";
ALTER TABLE "audit_event" ENABLE ALWAYS TRIGGER "audit_event_append_only";

-- ——— A change wakes its readers ———

-- NOTIFY carries nothing but the position: readers read the table, in its order.
CREATE FUNCTION keyward_notify_changes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  last_position bigint;
BEGIN
  SELECT max(position) INTO last_position FROM inserted;
  IF last_position IS NOT NULL THEN
    PERFORM pg_notify('keyward_changes', last_position::text);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "change_event_notify" AFTER INSERT ON "change_event" REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION keyward_notify_changes();
