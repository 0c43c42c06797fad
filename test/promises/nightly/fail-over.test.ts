import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabaseKind } from '../../infra/database.ts'
import { type Fleet, startFleet } from '../../infra/failover/fleet.ts'
import { expectNothingLost } from '../../infra/failover/journal.ts'
import { ask, authorize, type Load, makeTenant, mutateAs, startLoad, type Tenant } from '../../infra/failover/load.ts'
import { DEADLINE_MS, endOfOutage, figuresOf, promotionOf, summaryOf } from '../../infra/failover/outage.ts'
import { type PatroniCluster, type PatroniNode, queryOnce, startPatroni } from '../../infra/failover/patroni.ts'
import { lacking } from '../../infra/failover/programs.ts'

/*
 * R11: two PostgreSQL nodes by Patroni and etcd, HAProxy before them, two replicas behind HAProxy, and a gateway module. The
 * primary is replaced under load. Prints the figures of docs/operations/fail-over.md. Failed with sessions that set
 * synchronous_commit to off, and with a new history that no replica logged.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const { isMissing, whyNot } = lacking('patroni', 'etcd', 'haproxy', 'postgresql')

describe.skipIf(!isNightly || isMissing)(`synchronous replication${whyNot}`, () => {
  let directory: string
  let cluster: PatroniCluster
  let fleet: Fleet
  let tenant: Tenant
  let rounds = 0

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-fail-over-'))
    cluster = await startPatroni()
    fleet = await startFleet(cluster.url, directory, { KEYWARD_AUDIT_HEADS_FILE: join(directory, 'heads.jsonl') })
    tenant = await makeTenant(fleet)
  })
  afterAll(async () => {
    await fleet?.close()
    await cluster?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  /** Replaces the primary under load. */
  async function failOver(what: string, fault: (primary: PatroniNode) => Promise<void>): Promise<Load> {
    await cluster.settled()
    const { primary, standby } = await cluster.roles()
    rounds += 1
    const load = await startLoad(fleet, tenant, `round ${rounds}`)
    try {
      await expect.poll(() => load.journal.events.length, { timeout: 60_000 }).toBeGreaterThan(50)
      expect(load.requests.failures).toEqual([])
      const promotion = await promotionOf(standby.url)
      const began = performance.now()
      await fault(primary)
      const outage = await endOfOutage(load, began, await promotion.at)
      console.log(`${what}: ${figuresOf(outage)}, ${load.requests.total} requests\n${summaryOf(load)}`)
      expect(load.requests.false).toEqual([])
      expect(outage.slowest).toBeLessThan(DEADLINE_MS)
      return load
    } finally {
      await load.stop()
    }
  }

  test('loses no acknowledged change in a switchover, and responds to every request in time', async () => {
    const load = await failOver('switchover', () => cluster.switchover())
    await expectNothingLost(fleet, tenant, load)
  })

  test('loses no acknowledged change when the primary is killed, and responds to every request in time', async () => {
    const load = await failOver('killed primary', async (primary) => {
      cluster.kill(primary)
    })
    await expectNothingLost(fleet, tenant, load)
    const [lost] = cluster.nodes.filter((node) => !node.isRunning())
    lost?.start()
  })

  // A machine that is cut off resets no connection, and its statements stay unanswered.
  test('loses no acknowledged change when the primary freezes, and responds to every request in time', async () => {
    let frozen: PatroniNode | undefined
    const load = await failOver('frozen primary', async (primary) => {
      frozen = primary
      cluster.freeze(primary)
    })
    if (frozen) cluster.thaw(frozen)
    await cluster.settled()
    expect((await cluster.roles()).standby.name).toBe(frozen?.name)
    await expectNothingLost(fleet, tenant, load)
  })
})

describe.skipIf(!isNightly || isMissing)(`asynchronous replication${whyNot}`, () => {
  let directory: string
  let cluster: PatroniCluster
  let fleet: Fleet
  let tenant: Tenant

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-fail-over-'))
    cluster = await startPatroni({ isSynchronous: false })
    fleet = await startFleet(cluster.url, directory, { KEYWARD_AUDIT_HEADS_FILE: join(directory, 'heads.jsonl') })
    tenant = await makeTenant(fleet)
  })
  afterAll(async () => {
    await fleet?.close()
    await cluster?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  test('notices, lists and repeats the changes that the promoted standby lacks', async () => {
    const make = async (name: string): Promise<{ id: string; secret: string }> => {
      const { apiKey, secret } = await mutateAs(fleet, tenant.session, 'create', { projectId: tenant.projectId, name })
      return { id: apiKey.id, secret }
    }
    const leaked = await make('leaked')
    const load = await startLoad(fleet, tenant, null)
    try {
      await cluster.settled()
      const { primary, standby } = await cluster.roles()
      const marker = await make('the last change that the standby has')
      const arrived = () =>
        queryOnce(standby.url, `SELECT FROM api_key WHERE name = 'the last change that the standby has'`)
      await expect.poll(arrived).toHaveLength(1)
      cluster.replicate(false)
      const lost = await make('lost')
      await mutateAs(fleet, tenant.session, 'revoke', { id: leaked.id })
      await writeFile(join(directory, 'revoked.txt'), `${leaked.id}\n`)
      const cursor = 'query ($id: ID!) { project(id: $id) { changeCursor } }'
      const { project } = await ask(fleet, tenant.session, cursor, { id: tenant.projectId })
      for (const [secret, decision] of [
        [marker.secret, null],
        [lost.secret, null],
        [leaked.secret, 'REVOKED'],
      ] as const)
        await expect.poll(() => authorize(fleet, tenant, secret)).toBe(decision)
      // The replica signs the heads of the audit logs when it stops. It also does once a minute.
      await fleet.restartOne(0)

      const promotion = await promotionOf(standby.url)
      const began = performance.now()
      cluster.kill(primary)
      const outage = await endOfOutage(load, began, await promotion.at)
      console.log(`asynchronous: ${figuresOf(outage)}, ${load.requests.total} requests\n${summaryOf(load)}`)
      expect(load.requests.false).toEqual([])

      // No replica and no gateway module decides by the lost history.
      const decided = async (secret: string) => [
        await authorize(fleet, tenant, secret),
        (await load.gateway.authorize(secret)).__typename,
      ]
      await expect.poll(() => decided(lost.secret)).toEqual(['NOT_FOUND', 'ApiKeyDenied'])
      await expect.poll(() => decided(marker.secret)).toEqual([null, 'ApiKeyAllowed'])
      await expect.poll(() => decided(leaked.secret)).toEqual([null, 'ApiKeyAllowed'])
      const resumed = await fetch(`${fleet.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${tenant.session}`,
        },
        body: JSON.stringify({
          query: 'subscription ($id: ID!, $after: String) { apiKeyChanges(projectId: $id, after: $after) { kind } }',
          variables: { id: tenant.projectId, after: project.changeCursor },
        }),
      })
      expect(await resumed.text()).toContain('restored or failed over')
      expect(fleet.output().includes('the database was restored or failed over')).toBe(true)

      const verified = await fleet.operate('audit', 'verify')
      expect(verified.code, verified.output).toBe(9)
      const restored = await fleet.operate('database', 'restored', '--revoked', join(directory, 'revoked.txt'))
      expect([restored.code, restored.output]).toEqual([0, expect.stringContaining(`${leaked.id}\trevoked`)])
      await expect.poll(() => decided(leaked.secret)).toEqual(['REVOKED', 'ApiKeyDenied'])

      // The former primary follows the new one, without the lost change.
      cluster.replicate(true)
      primary.start()
      await cluster.settled()
      const [found] = await queryOnce(primary.url, `SELECT count(*)::int AS n FROM api_key WHERE name = 'lost'`)
      expect(found).toEqual({ n: 0 })
    } finally {
      await load.stop()
    }
  })
})
