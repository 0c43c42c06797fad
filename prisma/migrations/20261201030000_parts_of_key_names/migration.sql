-- compatible down to 20261130231004_usage_record
-- The parts of three characters of a name, each with its organization, so that an index of them finds the names of one
-- organization that contain a text. It needs no extension, which many servers do not let their users create.
CREATE FUNCTION keyward_name_parts(organization uuid, name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
  parts text[] := '{}';
  owner text := right(organization::text, 12);
BEGIN
  FOR place IN 1 .. char_length(name) - 2 LOOP
    parts := parts || (owner || substr(name, place, 3));
  END LOOP;
  RETURN parts;
END $$;
