import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { testDatabaseKind } from '../../infra/database.ts'
import { startFleet } from '../../infra/failover/fleet.ts'
import { findMissing, NOTHING } from '../../infra/failover/journal.ts'
import { ask, authorize, makeTenant, mutateAs, startLoad } from '../../infra/failover/load.ts'
import { endOfOutage, summaryOf } from '../../infra/failover/outage.ts'
import { startArchived, TOOLS } from '../../infra/failover/point-in-time.ts'
import { lacking } from '../../infra/failover/programs.ts'

/*
 * R11: an instance under load is restored to a point in time, by the commands of docs/operations/point-in-time.md. Prints
 * the figures of that page. Failed while `database restored` revoked no key.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'

/** Ends what a test has started, in reverse. */
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const CURSOR = 'query ($id: ID!) { project(id: $id) { changeCursor } }'
const CHANGES = 'subscription ($id: ID!, $after: String) { apiKeyChanges(projectId: $id, after: $after) { kind } }'

describe.each(TOOLS)('a restore to a point in time with $tool', ({ tool, heading, programs }) => {
  const { isMissing, whyNot } = lacking('haproxy', 'postgresql', ...programs)

  test.skipIf(!isNightly || isMissing)(
    `a restore with ${tool} keeps all changes before the time, and no key that was revoked later works${whyNot}`,
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'keyward-point-in-time-'))
      closing.push(() => rm(directory, { recursive: true, force: true }))
      const archived = await startArchived(heading)
      closing.push(() => archived.remove())
      const [heads, stream] = [join(directory, 'heads.jsonl'), join(directory, 'audit.jsonl')]
      const environment = { KEYWARD_AUDIT_HEADS_FILE: heads, KEYWARD_AUDIT_SINK: stream }
      const fleet = await startFleet(archived.url, directory, environment)
      closing.push(() => fleet.close())
      const tenant = await makeTenant(fleet)
      const load = await startLoad(fleet, tenant, tool)
      closing.push(() => load.stop())
      const moreChanges = async () => {
        const before = load.journal.events.length
        await expect.poll(() => load.journal.events.length - before, { timeout: 120_000 }).toBeGreaterThan(50)
      }
      const make = async (name: string): Promise<{ id: string; secret: string }> => {
        const { apiKey, secret } = await mutateAs(fleet, tenant.session, 'create', {
          projectId: tenant.projectId,
          name,
        })
        return { id: apiKey.id, secret }
      }
      const decided = async (secret: string) => [
        await authorize(fleet, tenant, secret),
        (await load.gateway.authorize(secret)).__typename,
      ]

      await moreChanges()
      const began = performance.now()
      await archived.backUp()
      const backedUpIn = performance.now() - began
      // Only the archive has these changes.
      await moreChanges()
      const leaked = await make('leaked')
      const kept = performance.now()
      const time = await archived.now()
      await delay(100)
      const lost = await make('lost')
      await mutateAs(fleet, tenant.session, 'revoke', { id: leaked.id })
      await expect.poll(() => decided(lost.secret)).toEqual([null, 'ApiKeyAllowed'])
      await expect.poll(() => decided(leaked.secret)).toEqual(['REVOKED', 'ApiKeyDenied'])
      const { project } = await ask(fleet, tenant.session, CURSOR, { id: tenant.projectId })
      await moreChanges()
      await expect.poll(() => readFile(stream, 'utf8')).toContain(leaked.id)
      expect(load.requests.failures).toEqual([])

      // From its revocation on, nobody may allow this key: neither during the restore nor after it.
      const allowed: string[] = []
      const ending = new AbortController()
      const watch = async () => {
        while (!ending.signal.aborted) {
          if ((await authorize(fleet, tenant, leaked.secret).catch(() => 'no decision')) === null)
            allowed.push('replica')
          if ((await load.gateway.authorize(leaked.secret)).__typename === 'ApiKeyAllowed') allowed.push('module')
          await delay(20)
        }
      }
      const watching = watch()
      closing.push(async () => {
        ending.abort()
        await watching
      })

      const stopped = performance.now()
      for (const index of [0, 1]) await fleet.stop(index)
      const streamed = await readFile(stream, 'utf8')
      await archived.restore(time)
      const restoredIn = performance.now() - stopped
      const verified = await fleet.operate('audit', 'verify')
      expect(verified.code, verified.output).toBe(9)
      expect(verified.output).toContain(tenant.organizationId)
      const again = await fleet.operate('database', 'restored', '--revoked', stream)
      expect([again.code, again.output]).toEqual([0, expect.stringContaining(`${leaked.id}\trevoked`)])
      for (const file of [heads, stream]) await rename(file, `${file}.before`)
      const ready = performance.now()
      for (const index of [0, 1]) await fleet.start(index)
      const { ended, recovery } = await endOfOutage(load, stopped, ready)

      // No replica and no gateway module decides by the lost history.
      await expect.poll(() => decided(lost.secret)).toEqual(['NOT_FOUND', 'ApiKeyDenied'])
      expect(await decided(leaked.secret)).toEqual(['REVOKED', 'ApiKeyDenied'])
      const resumed = await fleet.replicas[0]?.ask(
        tenant.session,
        CHANGES,
        { id: tenant.projectId, after: project.changeCursor },
        {
          accept: 'text/event-stream',
        },
      )
      expect(await resumed?.text()).toContain('restored or failed over')

      await moreChanges()
      await load.stop()
      const isKept = (at: number) => at < kept || at > ended
      expect(await findMissing(fleet, tenant, load, isKept)).toEqual(NOTHING)
      const gone = await findMissing(fleet, tenant, load, (at) => !isKept(at))
      expect(gone.created.length).toBeGreaterThan(0)
      // The stream has each revocation that it confirmed. The others are those of the last moment.
      const undone = gone.revoked.filter((id) => !gone.created.includes(id))
      expect(undone.filter((id) => streamed.includes(id))).toEqual([])
      expect(allowed).toEqual([])
      expect(load.requests.outside([{ from: stopped, to: ended }])).toEqual([])
      const after = await fleet.operate('audit', 'verify')
      expect(after.code, after.output).toBe(0)
      const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
      console.log(
        `${tool}: backed up in ${seconds(backedUpIn)}, stopped and restored in ${seconds(restoredIn)}, the last request failed ` +
          `${Math.round(recovery)} ms after the replicas were started, ${gone.created.length} created keys were lost, ` +
          `${undone.length} revocations were undone\n${summaryOf(load)}\n${verified.output.slice(0, 600)}`,
      )
    },
    600_000,
  )
})
