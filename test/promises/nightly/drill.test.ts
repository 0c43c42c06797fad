import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readMigrations } from '../../../prisma/migrations-folder.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type Fleet, INSTANCE, startFleet } from '../../infra/failover/fleet.ts'
import { findMissing, NOTHING } from '../../infra/failover/journal.ts'
import { ask, authorize, type Load, makeTenant, mutateAs, startLoad, type Tenant } from '../../infra/failover/load.ts'
import { endOfOutage, promotionOf, summaryOf } from '../../infra/failover/outage.ts'
import { type PatroniCluster, queryOnce, startPatroni } from '../../infra/failover/patroni.ts'
import { installedPostgresql, lacking } from '../../infra/failover/programs.ts'
import { commandOf } from '../../infra/operator/command-line.ts'

/*
 * An operator's work on one instance, in one run under continuous load, by the documented commands: promote a standby,
 * restore a backup, rotate the key-encryption key, upgrade by a migration, delete an organization. Only a promotion and a
 * restore may reject requests. Prints the table of docs/operations/drill.md. Failed while a stop ended the process with
 * requests that it had accepted.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const { isMissing, whyNot } = lacking('patroni', 'etcd', 'haproxy', 'postgresql')
const run = promisify(execFile)

const DELETE = `mutation ($input: OrganizationDeleteInput!) { organizationDelete(input: $input) {
  ... on OrganizationDeletePayload { gateways { acknowledged } } ... on Error { message } } }`

const SECOND_KEY = `second:${Buffer.alloc(32, 2).toString('base64')}`

/** A step of the drill. Times are of `performance.now()`. */
interface Step {
  name: string
  /** Whether requests may be rejected meanwhile. */
  isWindow: boolean
  from: number
  to: number
}

describe.skipIf(!isNightly || isMissing)(`an operator’s drill under load${whyNot}`, () => {
  let directory: string
  let cluster: PatroniCluster
  let fleet: Fleet
  let tenant: Tenant
  let load: Load
  const steps: Step[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-drill-'))
    cluster = await startPatroni()
    fleet = await startFleet(cluster.url, directory, { KEYWARD_AUDIT_HEADS_FILE: join(directory, 'heads.jsonl') })
    tenant = await makeTenant(fleet)
    load = await startLoad(fleet, tenant, 'drill')
  })
  afterAll(async () => {
    await load?.stop()
    await fleet?.close()
    await cluster?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  /** Lets the load run until some more changes are acknowledged. */
  const moreChanges = async (count = 50) => {
    const before = load.journal.events.length
    await expect.poll(() => load.journal.events.length - before, { timeout: 120_000 }).toBeGreaterThan(count)
  }

  /** Does a step in which no request may fail. */
  async function step(name: string, work: () => Promise<void>): Promise<void> {
    const from = performance.now()
    await work()
    steps.push({ name, isWindow: false, from, to: performance.now() })
  }

  /** Does a step in which requests may fail. It ends with the last of them. `work` returns when the database was back. */
  async function stepWithWindow(name: string, work: () => Promise<number>): Promise<void> {
    const from = performance.now()
    const { recovery, ended } = await endOfOutage(load, from, await work())
    console.log(`${name}: the last request failed ${recovery} ms after the database was back`)
    steps.push({ name, isWindow: true, from, to: ended })
  }

  const operate = async (...operands: string[]): Promise<string> => {
    const { code, output } = await fleet.operate(...operands)
    expect(code, output).toBe(0)
    return output
  }

  test('promotes a standby', async () => {
    await moreChanges()
    const { standby } = await cluster.roles()
    const promotion = await promotionOf(standby.url)
    await stepWithWindow('promote a standby', async () => {
      await cluster.switchover()
      return promotion.at
    })
    await cluster.settled()
    expect(await findMissing(fleet, tenant, load)).toEqual(NOTHING)
  })

  test('restores a backup and revokes again the keys that were revoked since the backup', async () => {
    const dump = join(directory, 'keyward.dump')
    const program = (name: string) => join(installedPostgresql() ?? '', name)
    await moreChanges()
    const backedUp = performance.now()
    await step('back up by pg_dump', async () => {
      await run(program('pg_dump'), ['--format=custom', `--file=${dump}`, cluster.url])
    })
    await moreChanges()
    // A list from outside the database. The restored database has some of these keys.
    const early = [...load.journal.created].filter(([id, at]) => at < backedUp && !load.journal.revoked.has(id))
    const [[again = ''] = []] = early
    await mutateAs(fleet, tenant.session, 'revoke', { id: again })
    const restoredUrl = new URL(cluster.url)
    restoredUrl.pathname = '/keyward_restored'
    const environment = { DATABASE_URL: restoredUrl.href }
    await stepWithWindow('restore the backup', async () => {
      for (const index of [0, 1]) await fleet.stop(index)
      const revoked = [again, ...load.journal.revoked.keys()]
      await writeFile(join(directory, 'revoked.txt'), revoked.join('\n'))
      const { primary } = await cluster.roles()
      await queryOnce(primary.url, 'CREATE DATABASE keyward_restored OWNER keyward')
      await run(program('pg_restore'), ['--no-owner', `--dbname=${restoredUrl.href}`, dump])
      fleet.configure(environment)
      const verified = await fleet.operate('audit', 'verify')
      expect(verified.code, verified.output).toBe(9)
      const output = await operate('database', 'restored', '--revoked', join(directory, 'revoked.txt'))
      expect(output).toContain(`${again}\trevoked`)
      await rename(join(directory, 'heads.jsonl'), join(directory, 'heads-before.jsonl'))
      const ready = performance.now()
      for (const index of [0, 1]) await fleet.start(index)
      return ready
    })
    const { to: restoredAt } = steps.at(-1) ?? { to: 0 }
    await moreChanges()
    const isKept = (at: number) => at < backedUp || at > restoredAt
    expect(await findMissing(fleet, tenant, load, isKept)).toEqual(NOTHING)
    const lost = await findMissing(fleet, tenant, load, (at) => !isKept(at))
    console.log(`the restore lost ${lost.created.length} keys that were created after the backup`)
    expect(lost.created.length).toBeGreaterThan(0)
    // Revoked keys are still in the backup, or unknown.
    expect(lost.revoked.filter((id) => !lost.created.includes(id))).toEqual([])
    await operate('audit', 'verify')
  })

  test('rotates the key-encryption key', async () => {
    const first = INSTANCE.KEYWARD_ENCRYPTION_KEYS
    const keys = (list: string) => ({ environment: { KEYWARD_ENCRYPTION_KEYS: list } })
    await step('rotate the key-encryption key', async () => {
      await fleet.restart(keys(`${first},${SECOND_KEY}`))
      await fleet.restart(keys(`${SECOND_KEY},${first}`))
      expect(await operate('reseal')).toContain('Nothing is sealed under "test".')
      await fleet.restart(keys(SECOND_KEY))
      await operate('doctor')
    })
  })

  test('upgrades the instance with a migration', async () => {
    const next = join(directory, 'next')
    await cp(inject('build'), next, { recursive: true })
    const newest = (await readMigrations()).at(-1)?.name
    const migration = join(next, 'assets/prisma/migrations/29990101000000_drill')
    await mkdir(migration)
    await writeFile(
      join(migration, 'migration.sql'),
      `-- compatible down to ${newest}\nALTER TABLE project ADD COLUMN drill text;\n`,
    )
    const migrate = async (...flags: string[]) => {
      const { code, output } = await commandOf(next, fleet.environment(), 'migrate', ...flags)
      expect(code, output).toBe(0)
      return output
    }
    await step('upgrade by a migration', async () => {
      expect(await migrate('--check')).toContain('29990101000000_drill')
      await migrate()
      await fleet.restart({ script: join(next, 'server.js') })
    })
    const { primary } = await cluster.roles()
    const url = new URL(primary.url)
    url.pathname = '/keyward_restored'
    const column = "SELECT FROM information_schema.columns WHERE table_name = 'project' AND column_name = 'drill'"
    expect(await queryOnce(url.href, column)).toHaveLength(1)
  })

  test('deletes an organization', async () => {
    const made = await mutateAs(fleet, tenant.session, 'organization', { name: 'Doomed' })
    const { id, defaultProject } = made.organization
    const { secret } = await mutateAs(fleet, tenant.session, 'create', { projectId: defaultProject.id, name: 'doomed' })
    await expect.poll(() => authorize(fleet, tenant, secret)).toBe(null)
    await step('delete an organization', async () => {
      const input = { id, name: 'Doomed', awaitGatewaysSeconds: 10 }
      const { organizationDelete } = await ask(fleet, tenant.session, DELETE, { input })
      expect(organizationDelete.gateways).toEqual([{ acknowledged: true }])
      await expect.poll(() => authorize(fleet, tenant, secret)).toBe('PAUSED')
      // The seven days pass.
      const { primary } = await cluster.roles()
      const url = new URL(primary.url)
      url.pathname = '/keyward_restored'
      const passed = `UPDATE organization SET deletes_at = now() - interval '1 hour' WHERE id = '${decodeId('Organization', id)}'`
      await queryOnce(url.href, passed)
      await expect.poll(() => authorize(fleet, tenant, secret), { timeout: 180_000 }).toBe('NOT_FOUND')
    })
    // Earlier lines of signed heads need the former key.
    fleet.configure({ KEYWARD_ENCRYPTION_KEYS: `${SECOND_KEY},${INSTANCE.KEYWARD_ENCRYPTION_KEYS}` })
    expect(await operate('audit', 'verify')).toContain('(gone)')
  })

  test('fails no request outside the promotion and the restore', async () => {
    await moreChanges()
    await load.stop()
    const { requests } = load
    const rows = steps.map(({ name, isWindow, from, to }) => {
      const failed = requests.failures.filter(({ began, ended }) => began <= to && ended >= from)
      // Decisions continue from memory.
      const decisions = failed.filter(({ kind }) => kind === '/authorize' || kind === 'gateway module')
      const seconds = (to - from) / 1_000
      return `| ${name} | ${seconds.toFixed(1)} s | ${isWindow ? 'yes' : 'no'} | ${failed.length} | ${decisions.length} |`
    })
    console.log(['| step | duration | window | failed | of them decisions |', ...rows].join('\n'))
    console.log(`${requests.total} requests\n${summaryOf(load)}`)
    const windows = steps.filter(({ isWindow }) => isWindow)
    expect(requests.outside(windows)).toEqual([])
    // Only the restore takes changes back.
    const restore = steps.filter(({ name }) => name === 'restore the backup')
    expect(requests.outside(restore).filter(({ outcome }) => outcome === 'false')).toEqual([])
    expect(await findMissing(fleet, tenant, load, (at) => at > (steps[2]?.to ?? 0))).toEqual(NOTHING)
  })
})
