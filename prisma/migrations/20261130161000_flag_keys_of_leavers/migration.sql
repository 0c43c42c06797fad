-- compatible down to 20261129220500_time_of_authentication
-- A replica of the version before keeps the keys of an organization with the new value, without a notice, and fails to read
-- the value and webhooks of the new event: use both once every replica is new.
-- AlterEnum
ALTER TYPE "CreatorLeaves" ADD VALUE 'FLAG';
