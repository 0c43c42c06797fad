import { randomBytes, randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { newId } from '@keyward/schema/core/ids'
import { INVITATION_MAILS } from '@keyward/schema/core/quotas'
import { setupToken } from '@keyward/server/config/secrets'
import { afterEach, expect, test } from 'vitest'
import { accepting, decoded, startMailServer, subjectOf } from '../mail-server.ts'
import { type OpenApp, openApp, post, sessionOf, signUp } from './open-app.ts'

/* Mail is optional, because the inviter gets the link anyway. A failing mail server must not matter. */

const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A mail server that ends with the test. */
async function mailServer(onConnection: (socket: Socket) => void): Promise<string> {
  const { url, close } = await startMailServer(onConnection)
  closing.push(close)
  return url
}

interface Inviter {
  opened: OpenApp
  invite(email: string, idempotencyKey?: string): Promise<{ __typename: string; acceptUrl: string; mailed: boolean }>
  inviteToProject(email: string, idempotencyKey?: string): Promise<{ __typename: string; mailed: boolean }>
}

async function inviter(smtp: string, name = 'By mail'): Promise<Inviter> {
  const mail = { KEYWARD_SMTP_URL: smtp, KEYWARD_MAIL_FROM: 'Keyward <keys@example.com>' }
  const opened: OpenApp = await openApp(smtp === '' ? {} : mail)
  closing.push(() => opened.close())
  const token = { 'x-keyward-setup-token': setupToken(opened.config.sessionSecret) }
  const { bearer } = sessionOf(await signUp(opened.app, 'owner@example.com', token))
  const ask = async (query: string, input: object) => {
    const response = await post(opened.app, '/graphql', { query, variables: { input } }, { authorization: bearer })
    return (await response.json()).data.result
  }
  const { organization } = await ask(
    `mutation ($input: OrganizationCreateInput!) { result: organizationCreate(input: $input) {
       ... on OrganizationCreatePayload { organization { id defaultProject { id } } } } }`,
    { name },
  )
  return {
    opened,
    invite: (email, idempotencyKey) =>
      ask(
        `mutation ($input: MemberInviteInput!) { result: memberInvite(input: $input) {
           __typename ... on MemberInvitePayload { acceptUrl mailed } } }`,
        { organizationId: organization.id, email, role: 'MEMBER', idempotencyKey },
      ),
    inviteToProject: (email, idempotencyKey) =>
      ask(
        `mutation ($input: CollaboratorAddInput!) { result: collaboratorAdd(input: $input) {
           __typename ... on CollaboratorAddPayload { mailed } } }`,
        { projectId: organization.defaultProject.id, email, role: 'MEMBER', idempotencyKey },
      ),
  }
}

test('a mail server that never answers does not delay an invitation', async () => {
  let [asked, ended] = [0, 0]
  const { invite } = await inviter(
    await mailServer((socket) => {
      asked += 1
      socket.on('close', () => (ended += 1))
    }),
  )
  const { __typename, acceptUrl } = await invite('late@example.com')
  expect(__typename).toBe('MemberInvitePayload')
  expect(acceptUrl).toContain('/invitations/accept#token=')
  // If the server waited for the mail's timeout, it would close the connection before it responds.
  expect(ended).toBe(0)
  await expect.poll(() => asked).toBe(1)
})

test('an unreachable mail server does not fail an invitation', async () => {
  const { invite } = await inviter('smtp://127.0.0.1:1')
  expect((await invite('away@example.com')).__typename).toBe('MemberInvitePayload')
})

test('retrying an invitation with its idempotency key sends one mail', async () => {
  const received: string[] = []
  const { invite, inviteToProject } = await inviter(await mailServer(accepting(received)))
  const key = 'one-key-for-one-invitation'
  const first = await invite('ada@example.com', key)
  expect(await invite('ada@example.com', key)).toEqual(first)
  await inviteToProject('grace@example.com', `${key}-2`)
  await inviteToProject('grace@example.com', `${key}-2`)
  await invite('last@example.com')
  const to = () => received.map((mail) => /^To: (.*)$/m.exec(mail)?.[1]).sort()
  await expect.poll(to).toEqual(['ada@example.com', 'grace@example.com', 'last@example.com'])
})

// Failed before: the subject was "You are invited to" and the name, and a mail to a project named no organization.
test('an invitation mail names the inviter and the organization, in quotes and without links', async () => {
  const received: string[] = []
  const name = 'Acme" pay at https://evil.example/login or help@evil.example'
  const { invite, inviteToProject } = await inviter(await mailServer(accepting(received)), name)
  expect(await invite('ada@example.com')).toMatchObject({ mailed: true })
  expect(await inviteToProject('grace@example.com')).toMatchObject({ mailed: true })
  await expect.poll(() => received.length).toBe(2)
  const shown = `"Acme' pay at https[:]//evil[.]example/login or help[at]evil[.]example"`
  expect(received.map(subjectOf)).toEqual(Array(2).fill(`"Ada" invites you to ${shown} on Keyward`))
  for (const mail of received.map(decoded)) {
    expect(mail).not.toMatch(/evil\.example|https:\/\/evil|@evil/)
    expect(mail).toContain(`organization ${shown}`)
    expect(mail).toContain('/invitations/accept#token=')
  }
  const toProject = received.map(decoded).find((mail) => mail.includes('To: grace@example.com'))
  expect(toProject).toContain(`"Ada" invites you to the project "Default project" of the organization ${shown}`)
})

// Failed before: 200 mails in 11.6 s to one address.
test('an address gets at most five invitation mails a day', async () => {
  const received: string[] = []
  const { invite, inviteToProject, opened } = await inviter(await mailServer(accepting(received)))
  const mailed: boolean[] = []
  for (let index = 0; index < 4; index += 1) {
    mailed.push((await invite('Ada@example.com')).mailed, (await inviteToProject('ada@example.com')).mailed)
  }
  expect(mailed).toEqual([true, true, true, true, true, false, false, false])
  expect((await invite('grace@example.com')).mailed).toBe(true)
  await expect.poll(() => received.length).toBe(6)
  opened.database.clock.advance(25 * 3_600_000)
  expect((await invite('ada@example.com')).mailed).toBe(true)
})

test.each(['sender', 'organization'])('the invitation mails of one %s are limited per day', async (bounded) => {
  const { invite, opened } = await inviter(await mailServer(accepting([])))
  await invite('first@example.com')
  const { invitation } = opened.database.prisma
  const { invitedByUserId, ...row } = await invitation.findFirstOrThrow()
  expect(invitedByUserId).not.toBeNull()
  const isOwn = bounded === 'sender'
  const most = isOwn ? INVITATION_MAILS.perSender : INVITATION_MAILS.perOrganization
  const rows = (count: number) =>
    Array.from({ length: count }, () => ({
      ...row,
      ...(isOwn ? { invitedByUserId } : {}),
      cancelledAt: row.createdAt,
      id: newId(),
      email: `${randomUUID()}@example.com`,
      tokenHash: new Uint8Array(randomBytes(32)),
    }))
  await invitation.createMany({ data: rows(most - 2) })
  expect((await invite('last@example.com')).mailed).toBe(true)
  expect((await invite('late@example.com')).mailed).toBe(false)
})

test('an invitation is not mailed if mail is not configured', async () => {
  const { invite, inviteToProject } = await inviter('')
  expect((await invite('ada@example.com')).mailed).toBe(false)
  expect((await inviteToProject('ada@example.com')).mailed).toBe(false)
})
