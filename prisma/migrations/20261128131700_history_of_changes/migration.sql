-- compatible down to 20261126225934_leaked_secrets
-- The identity of the database's history, and the place where it was last written. A copy of the database that runs
-- elsewhere, or takes over from another, begins a new history. A replica of the version before ignores both.
ALTER TABLE "change_clock" ADD COLUMN "history" UUID NOT NULL DEFAULT gen_random_uuid(),
                           ADD COLUMN "place" TEXT NOT NULL DEFAULT '';
ALTER TABLE "verifier" ADD COLUMN "history" UUID;

-- The place of this database: the cluster, its timeline, the database and the table. A service that hides a part of it
-- leaves that part empty.
CREATE FUNCTION change_place(directory text) RETURNS text LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  cluster text := '';
  timeline text := '';
BEGIN
  BEGIN
    SELECT system_identifier::text INTO cluster FROM pg_catalog.pg_control_system();
  EXCEPTION WHEN OTHERS THEN cluster := '';
  END;
  BEGIN
    timeline := left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8);
  EXCEPTION WHEN OTHERS THEN timeline := '';
  END;
  RETURN concat_ws('/', cluster, timeline,
    (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
    'public.change_clock'::pg_catalog.regclass::oid,
    pg_catalog.pg_relation_filenode('public.change_clock'::pg_catalog.regclass),
    directory);
END
$$;
