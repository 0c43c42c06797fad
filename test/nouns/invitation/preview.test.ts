import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, createProject, tokenOf } from '../../infra/world.ts'

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Olivia')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

const QUERY = `query ($token: String!) {
  invitationByToken(token: $token) {
    organizationName inviterName role projects { name role } emailHint isForViewer status
  }
}`

const preview = async (as: Client, token: string) => (await as.ask(QUERY, { token })).data.invitationByToken

async function inviteMember(email: string, more: object = {}) {
  const input = { organizationId, email, role: 'ADMIN', ...more }
  const { invitation, acceptUrl } = await owner.mutate('memberInvite', input, 'invitation { id } acceptUrl')
  return { id: invitation.id as string, token: tokenOf(acceptUrl) }
}

test('the holder of an invitation link can read the organization, the inviter and the roles without a credential', async () => {
  const projectId = await createProject(owner, organizationId, 'Production')
  const { token } = await inviteMember('ada@example.com', { projects: [{ projectId, role: 'MEMBER' }] })
  expect(await preview(app.client(null), token)).toEqual({
    organizationName: 'Acme',
    inviterName: 'Olivia',
    role: 'ADMIN',
    projects: [{ name: 'Production', role: 'MEMBER' }],
    emailHint: 'a…@example.com',
    isForViewer: null,
    status: 'OPEN',
  })
  const { acceptUrl } = await owner.mutate(
    'collaboratorAdd',
    { projectId, email: 'xena@example.com', role: 'ADMIN' },
    'acceptUrl',
  )
  expect(await preview(app.client(null), tokenOf(acceptUrl))).toMatchObject({
    role: null,
    projects: [{ name: 'Production', role: 'ADMIN' }],
  })
})

test('only a signed-in person sees whether the invitation was sent to their address', async () => {
  const [invited, other] = [await app.signUp('Guest'), await app.signUp('Other')]
  const { token } = await inviteMember(invited.email)
  expect(await preview(invited, token)).toMatchObject({ isForViewer: true })
  const seen = await preview(other, token)
  expect(seen).toMatchObject({ isForViewer: false })
  expect(JSON.stringify(seen)).not.toContain(invited.email)
})

/** The preview of an invitation that cannot be accepted. */
const hidden = (status: string) => ({
  organizationName: null,
  inviterName: null,
  role: null,
  projects: null,
  emailHint: null,
  isForViewer: null,
  status,
})

// Failed before: the hint was the whole address.
test('an address hint hides a local part of one character', async () => {
  for (const [email, emailHint] of [
    ['a@example.com', '…@example.com'],
    ['ab@example.com', 'a…@example.com'],
  ] as const) {
    const { token } = await inviteMember(email)
    expect(await preview(app.client(null), token)).toMatchObject({ emailHint })
  }
})

// Failed before: the holder of an old link read the current names.
test('a closed invitation’s preview says why it cannot be accepted', async () => {
  const guest = await app.signUp('Accepting')
  const accepted = await inviteMember(guest.email)
  await guest.mutate('invitationAccept', { token: accepted.token })
  expect(await preview(app.client(null), accepted.token)).toEqual(hidden('ACCEPTED'))
  expect(await preview(guest, accepted.token)).toEqual(hidden('ACCEPTED'))
  const cancelled = await inviteMember('cancelled@example.com')
  await owner.mutate('invitationCancel', { id: cancelled.id })
  expect(await preview(app.client(null), cancelled.token)).toEqual(hidden('CANCELLED'))
  const expired = await inviteMember('expired@example.com')
  await app.database.sql(`UPDATE invitation SET expires_at = created_at WHERE email = 'expired@example.com'`, [])
  expect(await preview(app.client(null), expired.token)).toEqual(hidden('EXPIRED'))
  for (const token of ['', 'unknown', 'x'.repeat(10_000)]) expect(await preview(app.client(null), token)).toBeNull()
})

// Failed before: the names of what is archived or deleted were shown as well.
test('the preview shows neither archived or deleted projects nor an organization that is being deleted', async () => {
  const other = (await createOrganization(owner, 'Leaving')).id
  const [archived, deleted, kept] = await Promise.all(
    ['Archived', 'Deleted', 'Kept'].map((name) => createProject(owner, other, name)),
  )
  const projects = [archived, deleted, kept].map((projectId) => ({ projectId, role: 'MEMBER' }))
  const member = await inviteMember('member@example.com', { organizationId: other, projects })
  const input = { projectId: archived, email: 'external@example.com', role: 'MEMBER' }
  const external = tokenOf((await owner.mutate('collaboratorAdd', input, 'acceptUrl')).acceptUrl)
  for (const id of [archived, deleted]) await owner.mutate('projectArchive', { id }, 'project { id }')
  await owner.mutate('projectDelete', { id: deleted, name: 'Deleted' })
  expect(await preview(app.client(null), member.token)).toMatchObject({
    organizationName: 'Leaving',
    projects: [{ name: 'Kept', role: 'MEMBER' }],
  })
  expect(await preview(app.client(null), external)).toEqual(hidden('OPEN'))
  await owner.mutate('organizationDelete', { id: other, name: 'Leaving' }, 'organization { id }')
  expect(await preview(app.client(null), member.token)).toEqual(hidden('OPEN'))
})

// Comes last: the address of these tests is bound afterwards.
test('previews of unknown tokens are limited per client address', async () => {
  const { token } = await inviteMember('bounded@example.com')
  const codes = await Promise.all(
    Array.from({ length: 400 }, async (_, n) => {
      const { errors } = await app.client(null).ask(QUERY, { token: `unknown ${n}` })
      return errors?.[0]?.extensions?.code ?? null
    }),
  )
  expect(codes).toContain('RATE_LIMITED')
  expect(codes).toContain(null)
  await expect.poll(async () => (await preview(app.client(null), token))?.status).toBe('OPEN')
})
