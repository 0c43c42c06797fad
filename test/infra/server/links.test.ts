import { createPerson } from '@keyward/server/identity/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { accepting, decoded, startMailServer } from '../mail-server.ts'
import { withFirstAccount } from './invited.ts'
import { type OpenApp, ORIGIN, PASSWORD, post, sessionOf, signIn, signUp, whoAmI } from './open-app.ts'

const NEW_PASSWORD = 'another good password'
const received: string[] = []
let mail: Awaited<ReturnType<typeof startMailServer>>
let opened: OpenApp

beforeAll(async () => {
  mail = await startMailServer(accepting(received))
  opened = await withFirstAccount({ KEYWARD_SMTP_URL: mail.url, KEYWARD_MAIL_FROM: 'Keyward <keys@example.com>' })
})
afterAll(async () => {
  await opened.close()
  mail.close()
})

const mailsTo = (email: string) => received.map(decoded).filter((mail) => mail.includes(`To: ${email}`))
const tokenIn = (mail: string | undefined) => /#token=(\S+)/.exec(mail ?? '')?.[1] ?? ''
const createAccount = (name: string) =>
  createPerson(opened.database, { name, email: `${name}@example.com`, password: PASSWORD }, cheapPasswords)
const askReset = (email: string) => post(opened.app, '/auth/request-password-reset', { email })
const reset = (token: string, newPassword = NEW_PASSWORD) =>
  post(opened.app, '/auth/reset-password', { token, newPassword })
const verify = (token: string) => post(opened.app, '/auth/verify-address', { token })
const ask = async (query: string, bearer: string, variables: object = {}) =>
  (await (await post(opened.app, '/graphql', { query, variables }, { authorization: bearer })).json()).data

async function createOrganization(bearer: string): Promise<string> {
  const { organizationCreate } = await ask(
    'mutation { organizationCreate(input: { name: "Acme" }) { ... on OrganizationCreatePayload { organization { id } } } }',
    bearer,
  )
  return organizationCreate.organization.id
}

async function actionsIn(organizationId: string, bearer: string): Promise<string[]> {
  const { organization } = await ask(
    'query ($id: ID!) { organization(id: $id) { auditLog(first: 20) { nodes { action actor { kind } target { type } } } } }',
    bearer,
    { id: organizationId },
  )
  const nodes: { action: string; actor: { kind: string }; target: { type: string } }[] = organization.auditLog.nodes
  return nodes.map(({ action, actor, target }) => `${actor.kind} ${action} ${target.type}`)
}

describe('a password reset', () => {
  test('works once with a mailed link, ends all sessions and is recorded in the audit log', async () => {
    await createAccount('ada')
    const { bearer } = sessionOf(await signIn(opened.app, 'ada@example.com'))
    const organizationId = await createOrganization(bearer)
    expect((await whoAmI(opened.app, { authorization: bearer })).status).toBe(200)
    const asked = await askReset('Ada@example.com')
    expect(asked.status).toBe(200)
    await expect.poll(() => mailsTo('ada@example.com').length).toBe(1)
    const [mail = ''] = mailsTo('ada@example.com')
    expect(mail).toContain(`${ORIGIN}/reset-password#token=`)
    const token = tokenIn(mail)
    // Failed before the hash: whoever reads the table could set the password.
    const rows = await opened.database.prisma.verification.findMany()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect((await reset(token, 'short')).status).toBe(400)
    const done = await reset(token)
    expect(done.status).toBe(200)
    expect(done.headers.getSetCookie().join()).toContain('keyward.device=')
    expect((await whoAmI(opened.app, { authorization: bearer })).status).toBe(401)
    expect((await reset(token)).status).toBe(400)
    expect((await signIn(opened.app, 'ada@example.com')).status).toBe(401)
    const again = sessionOf(await signIn(opened.app, 'ada@example.com', NEW_PASSWORD))
    expect(await actionsIn(organizationId, again.bearer)).toContain('USER user.passwordReset User')
    const changed = { currentPassword: NEW_PASSWORD, newPassword: PASSWORD }
    expect((await post(opened.app, '/auth/change-password', changed, { cookie: again.cookie })).status).toBe(200)
    expect(await actionsIn(organizationId, again.bearer)).toContain('USER user.passwordChanged User')
  })

  test('returns the same response for every address, but mails only people with a password', async () => {
    await createAccount('bob')
    const single = await createAccount('sso')
    await opened.database.prisma.account.updateMany({ where: { userId: single }, data: { providerId: 'oidc' } })
    const responses = await Promise.all(['bob', 'nobody', 'sso'].map((name) => askReset(`${name}@example.com`)))
    const [first, ...others] = await Promise.all(responses.map(async (one) => [one.status, await one.text()]))
    for (const other of others) expect(other).toEqual(first)
    await expect.poll(() => mailsTo('bob@example.com').length).toBe(1)
    expect([...mailsTo('nobody@example.com'), ...mailsTo('sso@example.com')]).toEqual([])
    const read = `${ORIGIN}/auth/reset-password/abc?callbackURL=/reset-password`
    expect((await opened.app.fetch(new Request(read))).status).toBe(404)
  })

  // Failed before the bound: a stranger could fill a mailbox.
  test('mails a person at most three links an hour', async () => {
    await createAccount('carl')
    const replica = await opened.replica({ KEYWARD_SIGN_IN_PER_MINUTE: '5' })
    const statuses: number[] = []
    for (let i = 0; i < 6; i += 1) {
      statuses.push((await post(replica, '/auth/request-password-reset', { email: 'carl@example.com' })).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    await createAccount('dora')
    await askReset('dora@example.com')
    await expect.poll(() => mailsTo('dora@example.com').length).toBe(1)
    await expect.poll(() => mailsTo('carl@example.com').length).toBe(3)
  })

  test('expires an hour after its link was sent', async () => {
    await createAccount('eve')
    await askReset('eve@example.com')
    await expect.poll(() => mailsTo('eve@example.com').length).toBe(1)
    await opened.database.prisma.verification.updateMany({ data: { expiresAt: new Date(0) } })
    expect((await reset(tokenIn(mailsTo('eve@example.com')[0]))).status).toBe(400)
    expect((await signIn(opened.app, 'eve@example.com')).status).toBe(200)
  })
})

describe('address verification', () => {
  test('uses a mailed link, and is required before invitations are mailed', async () => {
    const { bearer, cookie } = sessionOf(await signUp(opened.app, 'new@example.com'))
    const organizationId = await createOrganization(bearer)
    const invite = async (email: string) => {
      const { memberInvite } = await ask(
        'mutation ($input: MemberInviteInput!) { memberInvite(input: $input) { ... on MemberInvitePayload { mailed } } }',
        bearer,
        { input: { organizationId, email, role: 'MEMBER' } },
      )
      return memberInvite.mailed
    }
    // Failed before: strangers could sign up with any address, and mail invitations.
    expect(await invite('one@example.com')).toBe(false)
    await expect.poll(() => mailsTo('new@example.com').length).toBe(1)
    const again = { email: 'new@example.com' }
    expect((await post(opened.app, '/auth/send-verification-email', again, { cookie })).status).toBe(200)
    await expect.poll(() => mailsTo('new@example.com').length).toBe(2)
    const [mail = ''] = mailsTo('new@example.com')
    expect(mail).toContain(`${ORIGIN}/verify-email#token=`)
    // Failed before: the token was in the address of a GET, which proxies log.
    const read = `${ORIGIN}/auth/verify-email?token=${tokenIn(mail)}`
    expect((await opened.app.fetch(new Request(read, { headers: { origin: ORIGIN } }))).status).toBe(404)
    expect((await verify(`${tokenIn(mail).slice(0, -4)}AAAA`)).status).toBe(401)
    expect((await verify(tokenIn(mail))).status).toBe(200)
    expect(await invite('two@example.com')).toBe(true)
    expect(await actionsIn(organizationId, bearer)).toContain('USER user.emailVerified User')
  })

  test('is not required for the first account, or after accepting an invitation', async () => {
    const verified = async (email: string) =>
      (await opened.database.prisma.user.findUniqueOrThrow({ where: { email } })).emailVerified
    expect(await verified('first@example.com')).toBe(true)
    const { bearer } = sessionOf(await signIn(opened.app, 'first@example.com'))
    const { memberInvite } = await ask(
      'mutation ($input: MemberInviteInput!) { memberInvite(input: $input) { ... on MemberInvitePayload { acceptUrl } } }',
      bearer,
      { input: { organizationId: await createOrganization(bearer), email: 'guest@example.com', role: 'MEMBER' } },
    )
    const guest = sessionOf(await signUp(opened.app, 'guest@example.com'))
    expect(await verified('guest@example.com')).toBe(false)
    const token = new URL(memberInvite.acceptUrl).hash.replace('#token=', '')
    await ask(
      'mutation ($input: InvitationAcceptInput!) { invitationAccept(input: $input) { __typename } }',
      guest.bearer,
      {
        input: { token },
      },
    )
    expect(await verified('guest@example.com')).toBe(true)
  })
})

test('links are not sent if mail is not configured', async () => {
  const replica = await opened.replica({ KEYWARD_SMTP_URL: '', KEYWARD_MAIL_FROM: '' })
  for (const path of ['/request-password-reset', '/send-verification-email']) {
    const response = await post(replica, `/auth${path}`, { email: 'first@example.com' })
    expect([response.status, (await response.json()).code]).toEqual([400, 'MAIL_NOT_CONFIGURED'])
  }
})
