import { apiKey } from '@better-auth/api-key'
import { getMigrations } from 'better-auth/db/migration'
import { Pool } from 'pg'
import { fillWithKeys, type Tokens } from './data.ts'
import { SECRETS } from './secrets.ts'
import type { World } from './world.ts'

/** A million keys. Every second key has limits. */
export const aMillionKeys = (world: World): Promise<{ url: string; made: Tokens }> =>
  world.database('million', (client) => fillWithKeys(client, { count: world.size.million, limited: true }))

/** The same keys in the tables of better-auth's API-key plugin, in another database. */
export async function pluginKeys(world: World): Promise<{ url: string }> {
  const { million } = world.size
  return world.database('plugin', async (client) => {
    // Both products use the same database server and data, but different tables.
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    const database = new Pool({ connectionString: world.urlOf('plugin'), max: 1 })
    const { runMigrations } = await getMigrations({ database, plugins: [apiKey()] })
    await runMigrations()
    await database.end()
    await client.query(
      `INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") VALUES ('1', 'Someone', 'someone@bench.example', true, now(), now())`,
    )
    await client.query(
      `INSERT INTO apikey (id, "configId", name, start, "referenceId", prefix, key, enabled, "rateLimitEnabled", "requestCount", "createdAt", "updatedAt")
       SELECT 'k' || n, 'default', 'Key ' || n, substr(secret, 1, 14), '1', 'kw_proj_',
              translate(encode(sha256(secret::bytea), 'base64'), '+/=', '-_'), true, false, 0, now(), now() FROM (${SECRETS}) AS s`,
      [0, million - 1],
    )
    await client.query('VACUUM ANALYZE')
  })
}
