-- compatible down to 20261129115000_child_token_origins
-- Notices of keys whose denials jump. A replica of the version before raises none.
INSERT INTO "notice_job" ("name", "due_at") VALUES ('DENIALS', now());
