import type { Database } from '@keyward/prisma/database'
import { eachRow } from './rows.ts'

interface Sealed {
  secret: string
  backupCodes: string
}

/**
 * Replaces the sealed values of second factors by those that `again` returns. If `again` returns null, the value is
 * kept. A value that changed in the meantime is kept, too. Returns how many were replaced.
 */
export function replaceSecondFactor(
  database: Database,
  again: (sealed: Sealed) => Promise<Sealed | null>,
): Promise<number> {
  const { twoFactor } = database.prisma
  return eachRow(
    (page) => twoFactor.findMany({ ...page, select: { id: true, secret: true, backupCodes: true } }),
    async ({ id, secret, backupCodes }) => {
      const data = await again({ secret, backupCodes })
      return data === null ? 0 : (await twoFactor.updateMany({ where: { id, secret, backupCodes }, data })).count
    },
  )
}
