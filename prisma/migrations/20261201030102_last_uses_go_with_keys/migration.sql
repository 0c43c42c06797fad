-- compatible down to 20261130231004_usage_record
-- Waits for all who are writing keys, briefly: whoever writes later sees the rows of the last script.
ALTER TABLE "api_key_last_use" ADD CONSTRAINT "api_key_last_use_api_key_id_fkey"
  FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE CASCADE ON UPDATE CASCADE NOT VALID;
