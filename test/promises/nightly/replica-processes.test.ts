import { afterEach, describe, expect, test } from 'vitest'
import { migrate } from '../../../prisma/migrate.ts'
import { READING, TIMEOUTS } from '../../../prisma/session.ts'
import type { Json } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { lacking } from '../../infra/failover/programs.ts'
import { startPgbouncer } from '../../infra/network/pgbouncer.ts'
import { startPostgresql } from '../../infra/postgresql-server.ts'
import { copyStandby } from '../../infra/postgresql-standby.ts'
import { onServer } from '../../infra/replicated.ts'
import { startWorkers } from '../../infra/server/worker-processes.ts'

/*
 * A read replica under KEYWARD_WORKERS: a change at one worker is read at every worker, and a replica that is lost fails no
 * request. Directly, and with PgBouncer in transaction mode in front of both databases. Failed while positions of the
 * caller's changes were not compared.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const PATIENCE = { timeout: 120_000 }

/** Ends what a test has started, in reverse. */
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const CREATE = `mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  ... on OrganizationCreatePayload { organization { id } } ... on Error { message } } }`
const RENAME = `mutation ($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) {
  ... on OrganizationUpdatePayload { organization { id } } ... on Error { message } } }`
const NAME = 'query ($id: ID!) { organization(id: $id) { name } }'

async function start(isPooled: boolean) {
  const primary = await startPostgresql({})
  closing.push(() => primary.stop())
  await onServer(primary.url, async (database) => {
    await migrate(database)
    // As docs/configuration.md says for PgBouncer: it passes no settings on.
    for (const [name, value] of Object.entries({ ...READING, ...TIMEOUTS }))
      await database.sql(`ALTER ROLE postgres SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
  })
  await primary.halt()
  const standby = await copyStandby(primary.directory, primary.url)
  closing.push(() => standby.remove())
  await primary.resume()
  await standby.start()
  const pooled = async (url: string) => {
    if (!isPooled) return url
    const pooler = await startPgbouncer(url)
    closing.push(() => pooler.stop())
    return pooler.url
  }
  const server = await startWorkers(await pooled(primary.url), 2, {
    KEYWARD_DIRECT_DATABASE_URL: primary.url,
    KEYWARD_REPLICA_URL: await pooled(standby.url),
    KEYWARD_REPLICA_MAX_LAG_SECONDS: '3600',
  })
  closing.push(async () => {
    server.process.kill('SIGKILL')
    await server.ended
  })
  const session = decodeURIComponent(await server.signUp('ada@example.com', 'correct horse battery'))
  const connections = await server.connections()
  for (const connection of connections) closing.push(async () => connection.close())
  /** Asks one of the workers. */
  const ask = async (at: number, query: string, variables: object): Promise<Json> => {
    const sent = {
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${session}` },
      body: JSON.stringify({ query, variables }),
    }
    const { status, body } = (await connections[at]?.send(sent)) ?? { status: 0, body: '' }
    if (status !== 200) throw new Error(`Worker ${at} answered ${status} ${body.slice(0, 200)}`)
    const { data, errors } = JSON.parse(body)
    if (errors) throw new Error(`Worker ${at}: ${JSON.stringify(errors)}`)
    return data
  }
  /** How many requests read where, of all workers. */
  const reads = async (where: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text()
    const pattern = new RegExp(`^keyward_read_replica_requests_total\\{read="${where}"\\} (\\d+)$`, 'm')
    return Number(pattern.exec(text)?.[1] ?? 0)
  }
  const { organizationCreate } = await ask(0, CREATE, { input: { name: 'first' } })
  const { id } = organizationCreate.organization
  /** The names that each worker reads, some times over, so that every connection of its pool is used. */
  const names = async (): Promise<string[]> => {
    const found: string[] = []
    for (let round = 0; round < 5; round += 1)
      for (const at of [0, 1]) found.push((await ask(at, NAME, { id })).organization.name)
    return found
  }
  const rename = async (at: number, name: string) => {
    const { organizationUpdate } = await ask(at, RENAME, { input: { id, name } })
    expect(organizationUpdate.message).toBeUndefined()
  }
  /** Waits until all workers read from the replica. */
  const used = () =>
    expect
      .poll(async () => {
        const before = await reads('replica')
        await names()
        return (await reads('replica')) - before
      }, PATIENCE)
      .toBe(10)
  return { standby, names, rename, reads, used }
}

describe.each([
  { name: 'directly', isPooled: false, programs: [] },
  { name: 'through PgBouncer', isPooled: true, programs: ['pgbouncer'] },
])('a read replica that two workers reach $name', ({ name, isPooled, programs }) => {
  const { isMissing, whyNot } = lacking(...programs)

  test.skipIf(!isNightly || isMissing)(
    `workers that read ${name} show another worker’s change immediately${whyNot}`,
    async () => {
      const { standby, names, rename, reads, used } = await start(isPooled)
      await used()
      await onServer(standby.url, (database) => database.sql('SELECT pg_wal_replay_pause()'))
      // The standby never has these changes while its replay is stopped.
      for (const [at, changed] of [
        [0, 'second'],
        [1, 'third'],
      ] as const) {
        const before = await reads('written')
        await rename(at, changed)
        expect(await names()).toEqual(Array(10).fill(changed))
        expect(await reads('written')).toBeGreaterThan(before)
      }
      await onServer(standby.url, (database) => database.sql('SELECT pg_wal_replay_resume()'))
      await used()
      await standby.kill()
      await rename(0, 'fourth')
      for (let round = 0; round < 10; round += 1) expect(await names()).toEqual(Array(10).fill('fourth'))
      await standby.start()
      await used()
      expect(await names()).toEqual(Array(10).fill('fourth'))
    },
  )
})
