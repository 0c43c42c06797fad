-- compatible down to 20261129112231_line_items
-- Origins of web pages that may use a child token. A replica of the version before does not issue such tokens, and does not
-- read their origins: update every replica before you issue them.
ALTER TABLE "child_token" ADD COLUMN "origins" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE child_token ADD CONSTRAINT child_token_at_most_ten_origins CHECK (cardinality(origins) <= 10);
