-- AlterTable
ALTER TABLE "audit_sink_cursor" ADD COLUMN     "hash" BYTEA;
