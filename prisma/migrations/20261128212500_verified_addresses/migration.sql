-- compatible down to 20261126225934_leaked_secrets
-- Invitations of unverified people are not mailed. People of before keep theirs.
UPDATE "user" SET "email_verified" = true WHERE NOT "email_verified";
