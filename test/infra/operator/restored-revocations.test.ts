import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeId, newId } from '@keyward/schema/core/ids'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from '../../nouns/verification/gateway.ts'
import type { Client, TestApp } from '../app.ts'
import { copiesOf } from '../copies.ts'
import { createKey, createOrganization } from '../world.ts'
import { command } from './command-line.ts'

/*
 * Two copies of one database: in the live one keys are revoked, and the other is the restored backup, which does not know
 * of it.
 */

const copy = copiesOf(async (app) => {
  const owner = await app.signUp('Owner')
  const { id: organizationId, defaultProject } = await createOrganization(owner, 'Restored')
  const keys = []
  for (const name of ['leaked', 'replaced', 'revoked before the backup', 'kept'])
    keys.push(await createKey(owner, defaultProject, name))
  const [, , before] = keys
  await owner.mutate('apiKeyRevoke', { id: before?.id, reason: 'NO_LONGER_NEEDED' })
  return { token: owner.token, organizationId, keys }
}, 0)

const AUDIT = `query ($id: ID!) { organization(id: $id) { auditLog(first: 100) {
  nodes { action actor { kind } target { id } details { name value } } } } }`
interface Event {
  action: string
  actor: { kind: string }
  target: { id: string }
  details: { name: string; value: string }[]
}

let directory: string
let restored: TestApp
let restoredOwner: Client
let organizationId: string
let keys: { id: string; secret: string }[]
let events: Event[]

const auditOf = async (owner: Client): Promise<Event[]> =>
  (await owner.ask(AUDIT, { id: organizationId })).data.organization.auditLog.nodes

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyward-restored-'))
  const live = await copy()
  ;({ organizationId, keys } = live.facts)
  const { token } = live.facts
  const owner = live.app.client(token)
  await owner.mutate('apiKeyRevoke', { id: keys[0]?.id, reason: 'LEAKED' })
  await owner.mutate('apiKeyRevoke', { id: keys[1]?.id, reason: 'REPLACED' })
  events = await auditOf(owner)
  await live.app.close()
  restored = (await copy()).app
  restoredOwner = restored.client(token)
})
afterAll(async () => {
  await restored?.close()
  await rm(directory, { recursive: true, force: true })
})

/** Runs the command on the restored database, which its server also serves, with a list. */
async function run(list: string, ...options: string[]) {
  const file = join(directory, 'revoked')
  await writeFile(file, list)
  const environment = { DATABASE_URL: restored.database.url, KEYWARD_DATA_DIR: directory }
  return command(environment, 'database', 'restored', '--revoked', file, ...options)
}

test('a list with an invalid line changes nothing and causes an error that names the line', async () => {
  const [leaked] = keys
  for (const wrong of ['leaked', '{"action":', '{"action":"apiKey.revoked"}', 'prj_01h455vb4pex5vsknk084sn02q']) {
    const { code, output } = await run(`${leaked?.id}\n\n${wrong}\n`)
    expect([wrong, code]).toEqual([wrong, 1])
    expect(output).toContain(
      'Line 3 is neither the id of a key (key_…) nor an audit event as JSON. Nothing was changed.',
    )
  }
  // Failed while a list that an outage had emptied passed with "0 keys revoked again".
  for (const empty of ['', '[]', '\n\n']) {
    const { code, output } = await run(empty)
    expect([empty, code]).toEqual([empty, 1])
    expect(output).toContain('The file lists no revoked key. Nothing was changed.')
  }
  const gateway = await startGateway(restored)
  expect((await gateway.authorize(leaked?.secret ?? '')).status).toBe(200)
})

test('revocations in the audit events are repeated in a restored database, once', async () => {
  const [leaked, replaced, before, kept] = keys.map(({ id }) => id)
  const gateway = await startGateway(restored)
  const lines = events.map((event) => JSON.stringify(event)).join('\n')
  const outcomes = (report: { keys: { id: string; outcome: string }[] }) =>
    Object.fromEntries(report.keys.map(({ id, outcome }) => [id, outcome]))

  const first = await run(lines, '--json')
  expect([first.code, first.output]).toEqual([0, first.stdout])
  expect(outcomes(JSON.parse(first.stdout))).toEqual({
    [leaked ?? '']: 'revoked',
    [replaced ?? '']: 'revoked',
    [before ?? '']: 'already revoked',
  })
  const reasonOf = async (index: number) =>
    (await gateway.authorize(keys[index]?.secret ?? '')).headers.get('keyward-reason')
  await expect.poll(() => reasonOf(0)).toBe('REVOKED')
  await expect.poll(() => reasonOf(1)).toBe('REVOKED')
  expect(await reasonOf(3)).toBe('')

  // The array that `keyward audit list --json` writes, and a list of ids, one of a key that the backup lacks.
  const again = await run(JSON.stringify(events), '--json')
  expect(Object.values(outcomes(JSON.parse(again.stdout)))).toEqual(Array(3).fill('already revoked'))
  const lost = encodeId('ApiKey', newId())
  const byId = await run(`${lost}\r\n${kept}\n${leaked}\n${kept}\n`)
  expect(byId.stdout.split('\n').slice(0, 4)).toEqual([
    `${lost}\tunknown`,
    `${kept}\trevoked`,
    `${leaked}\talready revoked`,
    '1 key revoked again, 1 already revoked, 1 unknown.',
  ])
})

test('the audit log records each repeated revocation with the operator as actor and the original reason', async () => {
  const own = (await auditOf(restoredOwner)).filter(
    ({ actor, action }) => actor.kind === 'OPERATOR' && action === 'apiKey.revoked',
  )
  const reasons = own.map(({ target, details }) => [target.id, details.find(({ name }) => name === 'reason')?.value])
  expect(Object.fromEntries(reasons)).toEqual({
    [keys[0]?.id ?? '']: 'LEAKED',
    [keys[1]?.id ?? '']: 'REPLACED',
    [keys[3]?.id ?? '']: 'OTHER',
  })
  for (const { details } of own) expect(details).toContainEqual({ name: 'afterRestore', value: 'true' })
})
