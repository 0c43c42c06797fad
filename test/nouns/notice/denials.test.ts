import { randomUUID } from 'node:crypto'
import type { Reason } from '@keyward/engine/reasons'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { hourOf } from '../../../schema/denial/count.ts'
import { recordDenials } from '../../../schema/denial/record.ts'
import { JUMP_FACTOR, JUMP_FLOOR } from '../../../schema/notice/denial-notices.ts'
import { Notices } from '../../../schema/notice/job.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startReceiver } from '../webhook/receiver.ts'
import { until } from '../webhook/setting.ts'

// Notices of keys whose denials jump. Red without the time in which a key raises one notice: see the removals in test/promises.

const HOUR_MS = 3_600_000

let app: TestApp
let owner: Client
let organization: { id: string; defaultProject: string }
let receiver: Awaited<ReturnType<typeof startReceiver>>
let jobs: Notices[] = []
beforeEach(async () => {
  app = await startApp({ environment: { KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow' } })
  // The clock of these tests is moved, and the hour of a count has to be known.
  const now = app.database.clock.now().getTime()
  app.database.clock.advance(hourOf(now) + HOUR_MS + 60_000 - now)
  owner = await app.signUp('Owner')
  organization = await createOrganization(owner, 'Acme')
  receiver = await startReceiver()
  await owner.mutate('webhookCreate', {
    organizationId: organization.id,
    url: receiver.url,
    events: ['API_KEY_DENIALS_JUMPED'],
  })
  const { token } = await owner.mutate(
    'serviceAccountCreate',
    { organizationId: organization.id, name: 'robot', role: 'ADMIN' },
    'token',
  )
  // Its token outlives the sessions of people.
  owner = app.client(token)
  // Processes of one instance, which share the work.
  jobs = [1, 2, 3].map(() => new Notices(app.app.runtime, 50))
})
afterEach(async () => {
  await Promise.all(jobs.map((job) => job.close()))
  await receiver.close()
  await app.close()
})

const uuid = (type: 'Organization' | 'Project' | 'ApiKey', id: string): string => decodeId(type, id) ?? ''

/** Counts denials of a key in the present hour, as servers and gateways do. */
const deny = (id: string, counts: Partial<Record<Reason, number>>) => {
  const of = {
    kind: 'API_KEY' as const,
    id: uuid('ApiKey', id),
    organizationId: uuid('Organization', organization.id),
    projectId: uuid('Project', organization.defaultProject),
    hour: new Date(hourOf(app.database.clock.now().getTime())),
  }
  const all = Object.entries(counts).map(([reason, count]) => ({ ...of, reason: reason as Reason, count }))
  return recordDenials(app.database, randomUUID(), all)
}

/** Waits until a pass that began after now has ended. */
async function looked(): Promise<void> {
  app.database.clock.advance(5 * 60_000)
  const now = app.database.clock.now()
  await until(async () => {
    const { dueAt } = await app.database.prisma.noticeJob.findUniqueOrThrow({ where: { name: 'DENIALS' } })
    return dueAt > now
  })
  // Taking a pass precedes its notices.
  await Promise.all(jobs.map((job) => job.close()))
  jobs = [1, 2, 3].map(() => new Notices(app.app.runtime, 50))
}

/** The names of the keys that were noticed, in the order of the audit log. */
async function noticed(): Promise<string[]> {
  const { data } = await owner.ask(
    `query ($id: ID!) { organization(id: $id) { auditLog(first: 100, filter: { actions: ["apiKey.denialsJumped"] }) {
       nodes { target { name } } } } }`,
    { id: organization.id },
  )
  return data.organization.auditLog.nodes.map(({ target }: { target: { name: string } }) => target.name).reverse()
}

const newKey = async (name: string) => (await createKey(owner, organization.defaultProject, name)).id

test('a key without earlier denials raises a notice at the minimum number, with the reasons and without a secret', async () => {
  const { id, secret } = await createKey(owner, organization.defaultProject, 'sudden')
  await deny(id, { RATE_LIMITED: JUMP_FLOOR - 10, MODEL_NOT_ALLOWED: 10 })
  await deny(await newKey('few'), { RATE_LIMITED: JUMP_FLOOR - 1 })
  await looked()
  expect(await noticed()).toEqual(['sudden'])
  await expect.poll(() => receiver.received.length, { timeout: 120_000 }).toBe(1)
  const [{ body } = { body: null }] = receiver.received
  expect(body).toMatchObject({
    type: 'API_KEY_DENIALS_JUMPED',
    data: {
      organizationId: organization.id,
      projectId: organization.defaultProject,
      target: { type: 'ApiKey', id, name: 'sudden' },
      details: {
        denials: JUMP_FLOOR,
        usualDenials: 0,
        reasons: [`RATE_LIMITED: ${JUMP_FLOOR - 10}`, 'MODEL_NOT_ALLOWED: 10'],
        hour: expect.stringMatching(/:00:00\.000Z$/),
      },
    },
  })
  expect(JSON.stringify(body)).not.toContain(secret)
})

test('a key raises at most one notice a day, even if its denials jump repeatedly', async () => {
  const id = await newKey('jumping')
  let denials = JUMP_FLOOR
  for (let hour = 0; hour < 3; hour += 1) {
    await deny(id, { EXPIRED: denials })
    await looked()
    await looked()
    app.database.clock.advance(HOUR_MS)
    denials *= JUMP_FACTOR * 2
  }
  expect(await noticed()).toEqual(['jumping'])
  app.database.clock.advance(23 * HOUR_MS)
  await deny(id, { EXPIRED: denials * 100 })
  await looked()
  expect(await noticed()).toEqual(['jumping', 'jumping'])
})

test('a revoked key whose client keeps sending requests raises one notice while the number of denials stays similar', async () => {
  const id = await newKey('in a loop')
  await owner.mutate('apiKeyRevoke', { id })
  for (let hour = 0; hour < 30; hour += 1) {
    await deny(id, { REVOKED: 500 + hour })
    if (hour === 0 || hour > 24) await looked()
    app.database.clock.advance(HOUR_MS)
  }
  expect(await noticed()).toEqual(['in a loop'])
})

test('a key raises a notice only if its denials exceed a multiple of the usual number', async () => {
  const id = await newKey('busy at night')
  // Half a day before, and long before.
  await deny(id, { RATE_LIMITED: 60 })
  app.database.clock.advance(12 * HOUR_MS)
  await deny(id, { RATE_LIMITED: 60 * JUMP_FACTOR })
  await looked()
  expect(await noticed()).toEqual([])
  await deny(id, { RATE_LIMITED: 1 })
  await looked()
  expect(await noticed()).toEqual(['busy at night'])
})
