-- compatible down to 20261130185928_keys_by_creator
-- needs 20261130231002_usage_event_months
-- Checked ahead, without holding up anybody: the next migration would read the whole table otherwise.
ALTER TABLE "usage_event" VALIDATE CONSTRAINT "usage_event_has_no_month";
