-- compatible down to 20261129220500_time_of_authentication
-- CreateTable
CREATE TABLE "audit_sink" (
    "id" INTEGER NOT NULL,
    "owner" UUID,
    "owned_until" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "audit_sink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_sink_cursor" (
    "organization_id" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "hash" BYTEA,

    CONSTRAINT "audit_sink_cursor_pkey" PRIMARY KEY ("organization_id")
);

