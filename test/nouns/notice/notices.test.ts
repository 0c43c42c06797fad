import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { Notices } from '../../../schema/notice/job.ts'
import { type Client, type Json, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { accepting, decoded, startMailServer, subjectOf } from '../../infra/mail-server.ts'
import { createKey, createOrganization, join } from '../../infra/world.ts'
import { startReceiver } from '../webhook/receiver.ts'
import { until } from '../webhook/setting.ts'

// Notices ahead: of keys that expire, are unused or are to be rotated, and of webhooks that fail; and the mail of a day.

const DAY_MS = 86_400_000
const inbox: string[] = []
/** The mails of notices. People who sign up are mailed a link too. */
const received = (): string[] => inbox.filter((text) => subjectOf(text).startsWith('Keyward: '))
let isMailDown = false
const mail = await startMailServer((socket) => (isMailDown ? socket.destroy() : accepting(inbox)(socket)))
afterAll(() => mail.close())

let app: TestApp
let owner: Client & { email: string }
/** A service account, whose token outlives the sessions of people. */
let robot: Client
let organization: { id: string; defaultProject: string }
let jobs: Notices[]
beforeEach(async () => {
  inbox.length = 0
  app = await startApp({
    environment: {
      KEYWARD_SMTP_URL: mail.url,
      KEYWARD_MAIL_FROM: 'keys@example.com',
      KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow',
    },
  })
  owner = await app.signUp('Owner')
  organization = await createOrganization(owner, 'Acme')
  const { token } = await owner.mutate(
    'serviceAccountCreate',
    { organizationId: organization.id, name: 'robot', role: 'ADMIN' },
    'token',
  )
  robot = app.client(token)
  // Processes of one instance, which share the work.
  jobs = [1, 2, 3].map(() => new Notices(app.app.runtime, 50))
})
afterEach(async () => {
  await Promise.all(jobs.map((job) => job.close()))
  await app.close()
})

const inDays = (days: number): string => new Date(app.database.clock.now().getTime() + days * DAY_MS).toISOString()
const advance = (days: number) => app.database.clock.advance(days * DAY_MS)

const ACTIONS = [
  'apiKey.expiresSoon',
  'apiKey.unused',
  'apiKey.rotationDue',
  'apiKey.rotationSafeToFinish',
  'webhook.failing',
]

/** The notices in the audit log, oldest first, as `name action value of the first detail`. */
async function notices(): Promise<string[]> {
  const { data } = await robot.ask(
    `query ($id: ID!, $actions: [String!]) { organization(id: $id) { auditLog(first: 100, filter: { actions: $actions }) {
       nodes { action actor { kind } target { name } details { name value } } } } }`,
    { id: organization.id, actions: ACTIONS },
  )
  return data.organization.auditLog.nodes.reverse().map(({ action, target, details }: Json) => {
    const within = details.find(({ name }: Json) => name === 'withinDays')
    return `${target.name} ${action}${within ? ` ${within.value}` : ''}`
  })
}

/** Waits until every process has looked at all keys since now. */
async function looked(): Promise<void> {
  const { noticeJob } = app.database.prisma
  const now = app.database.clock.now()
  await until(async () => {
    const { dueAt, after } = await noticeJob.findUniqueOrThrow({ where: { name: 'KEYS' } })
    return after === null && dueAt > now
  })
  // Taking a batch precedes its notices.
  await Promise.all(jobs.map((job) => job.close()))
  jobs = [1, 2, 3].map(() => new Notices(app.app.runtime, 50))
}

async function later(days: number): Promise<void> {
  advance(days)
  await looked()
}

// Fails without the subject of a notice, which prevents a second notice: see the removals in
// test/promises/authorization.
test('a key raises one notice each 30, 7 and 1 days before it expires', async () => {
  await createKey(owner, organization.defaultProject, 'forty', { expiresAt: inDays(40) })
  await createKey(owner, organization.defaultProject, 'five', { expiresAt: inDays(5) })
  await createKey(owner, organization.defaultProject, 'never')
  await looked()
  expect(await notices()).toEqual([])
  await later(4.5)
  expect(await notices()).toEqual(['five apiKey.expiresSoon 1'])
  await later(6)
  await later(1)
  await later(22)
  await later(6)
  await later(0.1)
  expect(await notices()).toEqual([
    'five apiKey.expiresSoon 1',
    'forty apiKey.expiresSoon 30',
    'forty apiKey.expiresSoon 7',
    'forty apiKey.expiresSoon 1',
  ])
})

test('a key whose expiration was changed raises its notices again', async () => {
  const moved = await createKey(owner, organization.defaultProject, 'moved', { expiresAt: inDays(40) })
  const revoked = await createKey(owner, organization.defaultProject, 'revoked', { expiresAt: inDays(40) })
  await owner.mutate('apiKeyRevoke', { id: revoked.id })
  await later(11)
  await robot.mutate('apiKeyExpirationSet', { id: moved.id, expiresAt: inDays(31) })
  await later(2)
  expect(await notices()).toEqual(['moved apiKey.expiresSoon 30', 'moved apiKey.expiresSoon 30'])
})

test('a key raises one notice when it has been unused for 90 days', async () => {
  await createKey(owner, organization.defaultProject, 'idle')
  await later(89)
  expect(await notices()).toEqual([])
  await later(1.5)
  await later(1)
  await later(10)
  expect(await notices()).toEqual(['idle apiKey.unused'])
})

test('a key raises a notice up to seven days before its policy requires a new secret, once for each secret', async () => {
  const { id } = await createKey(owner, organization.defaultProject, 'rotated')
  await owner.mutate('projectKeyPolicySet', { projectId: organization.defaultProject, rotateEveryDays: 30 })
  await later(20)
  expect(await notices()).toEqual([])
  await later(4)
  await later(10)
  expect(await notices()).toEqual(['rotated apiKey.rotationDue'])
  await robot.mutate('apiKeyRotate', { id, overlapSeconds: 0 })
  await later(24)
  expect(await notices()).toEqual(['rotated apiKey.rotationDue', 'rotated apiKey.rotationDue'])
})

test('a rotation raises a notice when only its new secret is in use', async () => {
  const { id, secret: old } = await createKey(owner, organization.defaultProject, 'turning')
  const use = (secret: string) => app.client(secret).ask('{ viewer { kind } }')
  await use(old)
  const { secret } = await owner.mutate('apiKeyRotate', { id, overlapSeconds: 604_800 }, 'secret')
  await later(1 / 12)
  expect(await notices()).toEqual([])
  await use(secret)
  await until(async () => {
    const { data } = await owner.ask('query ($id: ID!) { node(id: $id) { ... on ApiKey { advice } } }', { id })
    return data.node.advice.includes('ROTATION_SAFE_TO_FINISH')
  })
  await later(1 / 12)
  await later(1 / 12)
  expect(await notices()).toEqual(['turning apiKey.rotationSafeToFinish'])
})

test('webhooks receive notices, including about failing webhooks once a day', async () => {
  const receiver = await startReceiver()
  try {
    await owner.mutate('webhookCreate', { organizationId: organization.id, url: receiver.url, events: [] })
    const dead = await owner.mutate(
      'webhookCreate',
      { organizationId: organization.id, url: `${receiver.url}/gone`, events: ['API_KEY_UPDATED', 'WEBHOOK_FAILING'] },
      'webhook { id }',
    )
    const { id } = await createKey(owner, organization.defaultProject, 'announced', { expiresAt: inDays(40) })
    await later(11)
    const types = () => receiver.received.map(({ body }) => body.type)
    await expect.poll(types).toContain('API_KEY_EXPIRES_SOON')
    receiver.reply = 410
    await robot.mutate('webhookTest', { id: dead.webhook.id })
    await until(async () => (await notices()).includes(`${new URL(receiver.url).host} webhook.failing`))
    receiver.reply = 204
    await robot.mutate('apiKeyUpdate', { id, name: 'renamed' })
    await expect.poll(types).toContain('WEBHOOK_FAILING')
    expect(types().filter((type) => type === 'WEBHOOK_FAILING')).toHaveLength(1)
  } finally {
    await receiver.close()
  }
})

const to = (mailText: string): string | undefined => /^To: (.*)$/m.exec(mailText)?.[1]

// Fails if a mail is not limited to the notices of its person.
test('people receive one mail a day with notices about their objects and keys', async () => {
  const admin = await app.signUp('Admin')
  const member = await app.signUp('Member')
  const stranger = await app.signUp('Stranger')
  await join(owner, organization.id, admin, 'ADMIN')
  await join(owner, organization.id, member, 'MEMBER')
  await createOrganization(stranger, 'Elsewhere')
  await createKey(owner, organization.defaultProject, 'pay at https://evil.example', { expiresAt: inDays(40) })
  await createKey(member, organization.defaultProject, 'by the member', { expiresAt: inDays(40) })
  await later(11)
  // The mails of a day may have been due before the notices, or after them.
  advance(1)
  await expect.poll(() => received().map(to).sort()).toEqual([admin.email, member.email, owner.email].sort())
  const texts = new Map(received().map((text) => [to(text), decoded(text)]))
  expect(texts.get(owner.email)).toContain('"by the member" in the project "Default project" of "Acme": expires at')
  expect(texts.get(owner.email)).toContain('"pay at https[:]//evil[.]example"')
  expect(texts.get(member.email)).toContain('by the member')
  expect(texts.get(member.email)).not.toContain('evil')
  expect(received().map(subjectOf).sort()).toEqual([
    'Keyward: 1 key expires soon',
    'Keyward: 2 keys expire soon',
    'Keyward: 2 keys expire soon',
  ])
  expect(texts.get(owner.email)).toMatch(/List-Unsubscribe-Post: List-Unsubscribe=One-Click/i)
  await later(1)
  await later(1)
  expect(received()).toHaveLength(3)
})

test('notices whose mail could not be sent are included in the next day’s mail', async () => {
  await createKey(owner, organization.defaultProject, 'told late', { expiresAt: inDays(40) })
  const mailedAt = async () => (await app.database.prisma.user.findFirstOrThrow()).noticesMailedAt
  // Before the notices: the mails of the day may be due right after them.
  isMailDown = true
  try {
    await later(11)
    advance(1)
    await until(async () => {
      const { dueAt } = await app.database.prisma.noticeJob.findUniqueOrThrow({ where: { name: 'MAIL' } })
      return dueAt > app.database.clock.now() && (await mailedAt()) === null
    })
    await Promise.all(jobs.map((job) => job.close()))
    expect(await mailedAt()).toBeNull()
  } finally {
    isMailDown = false
  }
  jobs = [new Notices(app.app.runtime, 50)]
  advance(1)
  await expect.poll(() => received().map(subjectOf)).toEqual(['Keyward: 1 key expires soon'])
})

test('a person can unsubscribe with a mail’s link or in their account', async () => {
  const noticesByMail = async () => {
    const { data } = await owner.ask('{ viewer { user { noticesByMail } } }')
    return data.viewer.user.noticesByMail
  }
  await createKey(owner, organization.defaultProject, 'told', { expiresAt: inDays(8) })
  await later(1.5)
  advance(1)
  await expect.poll(() => received().length).toBe(1)
  const [link = ''] = /http[^\s>]+\/notices\/stop[^\s>]+/.exec(decoded(received()[0] ?? '')) ?? []
  const open = (method: string, url = link) => app.app.fetch(new Request(url, { method }))
  const shown = await open('GET')
  expect(shown.status).toBe(200)
  expect(await shown.text()).toContain('Stop these mails')
  expect(await noticesByMail()).toBe(true)
  const stranger = await app.signUp('Stranger')
  const { data } = await stranger.ask('{ viewer { user { id } } }')
  const forged = link.replace(/usr_[a-z0-9]+/, data.viewer.user.id)
  expect((await open('POST', forged)).status).toBe(400)
  expect((await open('POST', `${ORIGIN}/notices/stop`)).status).toBe(400)
  expect((await open('POST')).status).toBe(200)
  expect(await noticesByMail()).toBe(false)
  const set = await owner.mutate('userNoticesSet', { byMail: true }, 'user { noticesByMail }')
  expect(set.user).toEqual({ noticesByMail: true })
  await owner.mutate('userNoticesSet', { byMail: false })
  await createKey(owner, organization.defaultProject, 'untold', { expiresAt: inDays(8) })
  await later(1.5)
  await later(1)
  expect(received()).toHaveLength(1)
})

test('a flagged key whose creator left is reported to webhooks and in the daily mail', async () => {
  const receiver = await startReceiver()
  try {
    const organizationId = organization.id
    await owner.mutate('organizationKeyPolicySet', { organizationId, whenCreatorLeaves: 'FLAG' })
    await owner.mutate('webhookCreate', { organizationId, url: receiver.url, events: ['API_KEY_CREATOR_LEFT'] })
    const leaver = await app.signUp('Leaver')
    const member = await join(owner, organizationId, leaver, 'MEMBER')
    const key = await createKey(leaver, organization.defaultProject, 'left behind')
    await createKey(owner, organization.defaultProject, 'of the Owner')
    await owner.mutate('memberRemove', { id: member })
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(receiver.received[0]?.body).toMatchObject({ type: 'API_KEY_CREATOR_LEFT', data: { target: { id: key.id } } })
    advance(1)
    const mailed = () => received().filter((text) => to(text) === owner.email)
    await expect.poll(() => mailed().length).toBe(1)
    expect(mailed().map(subjectOf)).toEqual(['Keyward: 1 key whose creator has left'])
    expect(decoded(mailed()[0] ?? '')).toMatch(/"left behind" in the project .*: its creator left at \d{4}-/)
  } finally {
    await receiver.close()
  }
})
