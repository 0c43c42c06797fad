import type { DatabaseOptions } from '../../prisma/database.ts'
import { newSecrets, startAppOn, type TestApp } from './app.ts'
import { createTemplate } from './database.ts'

/**
 * Builds an instance once for this process, when it is first asked for; what this answers then starts instances of their
 * own on copies of its database. `aheadMs` is how far its clock was advanced meanwhile. What is known of it must be data.
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
      return { template, facts: await build(app) }
    } finally {
      await app.close()
    }
  }
  let built: ReturnType<typeof buildOnce> | undefined
  return async (options = {}) => {
    built ??= buildOnce().catch((error) => {
      // The next file tries again, instead of failing with what happened to another.
      built = undefined
      throw error
    })
    const { template, facts } = await built
    const clockOffsetMs = aheadMs + (options.clockOffsetMs ?? 0)
    const { database, drop } = await template.copy({ ...options, clockOffsetMs })
    return { app: await startAppOn(database, drop, secrets), facts: structuredClone(facts) }
  }
}
