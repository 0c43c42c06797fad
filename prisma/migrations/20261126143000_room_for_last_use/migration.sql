-- Every use of a key updates its last-used time, which is in no index. With room on its page that is one row written
-- (HOT), and without it also one entry in each of the indexes, of which api_key has eight.
ALTER TABLE "api_key" SET (fillfactor = 85);
ALTER TABLE "api_key_secret" SET (fillfactor = 85);
