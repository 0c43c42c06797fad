-- compatible down to 20261129220500_time_of_authentication
-- A replica of the version before keeps the keys of an organization with the new value, without a notice.
-- AlterEnum
ALTER TYPE "CreatorLeaves" ADD VALUE 'FLAG';
