-- compatible down to 20261129220500_time_of_authentication
-- The position in the write-ahead log after the last change of each person and service account. A read replica that has not
-- replayed it is not read for them.
CREATE TABLE "write_position" (
    "principal_id" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "write_position_pkey" PRIMARY KEY ("principal_id")
);
CREATE INDEX "write_position_at_idx" ON "write_position"("at");
