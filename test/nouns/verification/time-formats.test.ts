import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { clientOf, ORIGIN } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { startWorld } from '../../infra/world.ts'
import { gatewayWith, startGateway } from './gateway.ts'

async function startReplica(database: Database) {
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const encryptionKeys = [{ id: 'test', key: randomBytes(32) }]
  return createApp({ ...config, encryptionKeys, sessionSecret: randomBytes(32).toString('hex') }, database)
}

// Failed in both parts: an expired key was allowed forever, with `expiresAt: null`.
test.runIf(testDatabaseKind === 'postgresql').each(['SQL, DMY', 'German', 'Postgres'])(
  'an expired key is denied if the database or a session has the DateStyle %s',
  async (style) => {
    const world = await startWorld()
    const { token } = await startGateway(world)
    const [row] = await world.database.sql<{ name: string }>('SELECT current_database() AS name')
    await world.database.sql(`ALTER DATABASE ${row?.name} SET DateStyle = '${style}'`)
    const clockOffsetMs = 10 * 3_600_000
    const database = await openDatabase(world.database.url, { clockOffsetMs, poolSize: 1 })
    const app = await startReplica(database)
    const gateway = gatewayWith(token, { app, client: (given) => clientOf(app, given) })
    const secret = world.as.expiredKey.token ?? ''
    expect(await gateway.verify({ secret })).toMatchObject({ reason: 'EXPIRED' })
    expect((await world.client(secret).ask('{ viewer { kind } }')).status).toBe(401)
    // A pooler may hand over a session that another program configured.
    await database.sql(`SET DateStyle = '${style}'`)
    const other = await startReplica(database)
    const denied = await gatewayWith(token, { app: other, client: (given) => clientOf(other, given) }).authorize(secret)
    expect(denied.status).toBeGreaterThanOrEqual(400)
    await other.close()
    await app.close()
    await database.close()
    await world.close()
  },
)
