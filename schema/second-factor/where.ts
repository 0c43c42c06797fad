import type { Prisma } from '@keyward/prisma/generated/prisma/client'

const HAS: Prisma.UserWhereInput = { OR: [{ twoFactorEnabled: true }, { passkeys: { some: {} } }] }

/** People who sign in with a password and have no second factor. Equivalent to `LACKS_SECOND_FACTOR` of core/sql.ts. */
const LACKS: Prisma.UserWhereInput = { NOT: HAS, accounts: { some: { providerId: 'credential' } } }

/** WHERE condition for people who have a second factor, or who need one and have none. */
export const withSecondFactor = (has: boolean): Prisma.UserWhereInput => (has ? HAS : LACKS)

/** WHERE condition for the people who would lose their roles in an organization if it required a second factor. */
export const peopleWithoutSecondFactor = (organizationId: string): Prisma.UserWhereInput => ({
  AND: [LACKS, { OR: [{ members: { some: { organizationId } } }, { collaborators: { some: { organizationId } } }] }],
})
