-- compatible down to 20261129013000_require_second_factor
-- Trusts of projects and their tokens. A replica of the version before denies such tokens as unknown.
-- CreateTable
CREATE TABLE "trust" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "service_account_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "conditions" JSONB NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "last_denied_at" TIMESTAMPTZ(3),
    "last_denial" TEXT,

    CONSTRAINT "trust_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trust_token" (
    "id" UUID NOT NULL,
    "trust_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trust_token_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "trust_organization_id_idx" ON "trust"("organization_id");

-- CreateIndex
CREATE INDEX "trust_project_id_id_idx" ON "trust"("project_id", "id");

-- CreateIndex
CREATE INDEX "trust_service_account_id_idx" ON "trust"("service_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "trust_token_hash_key" ON "trust_token"("hash");

-- CreateIndex
CREATE INDEX "trust_token_trust_id_expires_at_idx" ON "trust_token"("trust_id", "expires_at");

-- CreateIndex
CREATE INDEX "trust_token_expires_at_idx" ON "trust_token"("expires_at");

-- AddForeignKey
ALTER TABLE "trust" ADD CONSTRAINT "trust_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trust" ADD CONSTRAINT "trust_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trust" ADD CONSTRAINT "trust_service_account_id_fkey" FOREIGN KEY ("service_account_id") REFERENCES "service_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trust_token" ADD CONSTRAINT "trust_token_trust_id_fkey" FOREIGN KEY ("trust_id") REFERENCES "trust"("id") ON DELETE CASCADE ON UPDATE CASCADE;


ALTER TABLE trust_token ADD CONSTRAINT trust_token_hash_size CHECK (octet_length(hash) = 32);
ALTER TABLE trust_token ADD CONSTRAINT trust_token_at_most_an_hour CHECK (expires_at <= created_at + interval '1 hour');
