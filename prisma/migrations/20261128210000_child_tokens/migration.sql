-- compatible down to 20261128183500_concurrency
-- Child tokens of keys. A replica of the version before does not issue them, and denies them as unknown.
-- CreateTable
CREATE TABLE "child_token" (
    "id" UUID NOT NULL,
    "secret_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "workloads" "Workload"[],
    "models" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "child_token_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "child_token_hash_key" ON "child_token"("hash");

-- CreateIndex
CREATE INDEX "child_token_secret_id_expires_at_idx" ON "child_token"("secret_id", "expires_at");

-- CreateIndex
CREATE INDEX "child_token_expires_at_idx" ON "child_token"("expires_at");

-- AddForeignKey
ALTER TABLE "child_token" ADD CONSTRAINT "child_token_secret_id_fkey" FOREIGN KEY ("secret_id") REFERENCES "api_key_secret"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE child_token ADD CONSTRAINT child_token_hash_size CHECK (octet_length(hash) = 32);
ALTER TABLE child_token ADD CONSTRAINT child_token_at_most_an_hour CHECK (expires_at <= created_at + interval '1 hour');
