import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setupToken } from '@keyward/server/config/secrets'
import { afterEach, expect, test } from 'vitest'
import { type OpenApp, openApp, post, sessionOf, signUp } from './open-app.ts'

/* Mail is optional, because the inviter gets the link anyway. A failing mail server must not matter. */

const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A mail server on its own port. */
async function mailServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The minimum of SMTP to receive a mail. */
const accepting = (received: string[]) => (socket: Socket) => {
  let mail: string | null = null
  let rest = ''
  socket.write('220 mail.example\r\n')
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (mail !== null && line !== '.') mail += `${line}\n`
      else if (mail !== null) {
        received.push(mail)
        mail = null
        socket.write('250 kept\r\n')
      } else if (line === 'DATA') {
        mail = ''
        socket.write('354 go on\r\n')
      } else if (line === 'QUIT') socket.end('221 bye\r\n')
      else socket.write('250 ok\r\n')
    }
  })
}

interface Inviter {
  invite(email: string, idempotencyKey?: string): Promise<{ __typename: string; acceptUrl: string }>
  inviteToProject(email: string, idempotencyKey?: string): Promise<{ __typename: string }>
}

async function inviter(smtp: string): Promise<Inviter> {
  const opened: OpenApp = await openApp({ KEYWARD_SMTP_URL: smtp, KEYWARD_MAIL_FROM: 'Keyward <keys@example.com>' })
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
    { name: 'By mail' },
  )
  return {
    invite: (email, idempotencyKey) =>
      ask(
        `mutation ($input: MemberInviteInput!) { result: memberInvite(input: $input) {
           __typename ... on MemberInvitePayload { acceptUrl } } }`,
        { organizationId: organization.id, email, role: 'MEMBER', idempotencyKey },
      ),
    inviteToProject: (email, idempotencyKey) =>
      ask('mutation ($input: CollaboratorAddInput!) { result: collaboratorAdd(input: $input) { __typename } }', {
        projectId: organization.defaultProject.id,
        email,
        role: 'MEMBER',
        idempotencyKey,
      }),
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

test('an invitation that is retried with its idempotency key is mailed once', async () => {
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
