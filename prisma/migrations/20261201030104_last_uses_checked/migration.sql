-- compatible down to 20261130231004_usage_record
-- Checked apart from the writes before: their locks would last as long.
ALTER TABLE "api_key_last_use" VALIDATE CONSTRAINT "api_key_last_use_api_key_id_fkey";
