import { randomBytes } from 'node:crypto'
import { openDatabase } from '../../../prisma/database.ts'
import { type App, createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { type Client, clientOf, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { startGateway } from '../verification/gateway.ts'

/** Two replicas on one database, with a client of the same gateway for each. */
export interface Replicas {
  first: TestApp
  second: App
  gatewayToken: string
  gateways: [Client, Client]
  close(): Promise<void>
}

export async function startReplicas(): Promise<Replicas> {
  const first = await startApp()
  // The embedded database has one process, so the second replica is a second app in it.
  const database = testDatabaseKind === 'postgresql' ? await openDatabase(first.database.url) : first.database
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const encryptionKeys = [{ id: 'test', key: randomBytes(32) }]
  const second = await createApp(
    { ...config, encryptionKeys, sessionSecret: randomBytes(32).toString('hex') },
    database,
  )
  const here = await startGateway(first)
  return {
    first,
    second,
    gatewayToken: here.token,
    gateways: [here.client, clientOf(second, here.token)],
    async close() {
      await second.close()
      if (database !== first.database) await database.close()
      await first.close()
    },
  }
}
