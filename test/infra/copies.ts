import type { DatabaseOptions } from '../../prisma/database.ts'
import { newSecrets, startAppOn, type TestApp } from './app.ts'
import { createTemplate } from './database.ts'

/**
 * Builds an instance once per process, on first use. The returned function starts instances on copies of its database.
 * `aheadMs` is the time by which its clock was advanced while it was built. `known` must be plain data.
 */
export function copiesOf<Facts>(
  build: (app: TestApp) => Promise<Facts>,
  aheadMs: number,
): (options?: DatabaseOptions) => Promise<{ app: TestApp; facts: Facts }> {
  const secrets = newSecrets()
  const buildOnce = async () => {
    const template = await createTemplate()
    const database = await template.open()
    const app = await startAppOn(database, () => database.close(), secrets)
    try {
      const facts = await build(app)
      // Notices are raised in the background, while tests compare every table. The tests of notices start their own
      // instance.
      await database.prisma.noticeJob.updateMany({ data: { dueAt: new Date('9999-01-01') } })
      return { template, facts }
    } finally {
      await app.close()
    }
  }
  let built: ReturnType<typeof buildOnce> | undefined
  return async (options = {}) => {
    built ??= buildOnce().catch((error) => {
      // The next file tries again instead of failing for the same reason.
      built = undefined
      throw error
    })
    const { template, facts } = await built
    const clockOffsetMs = aheadMs + (options.clockOffsetMs ?? 0)
    const { database, drop } = await template.copy({ ...options, clockOffsetMs })
    return { app: await startAppOn(database, drop, secrets), facts: structuredClone(facts) }
  }
}
