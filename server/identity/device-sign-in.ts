import { createHash, randomBytes, randomInt } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'
import { APIError, type createAuthMiddleware } from 'better-auth/api'
import { type DeviceAuthorizationGrant, deviceAuthorization } from 'better-auth/plugins'
import type { RecordEvent } from './account-events.ts'
import { authRequests } from './auth-request.ts'
import { addressOf } from './client-address.ts'
import { signatureOf } from './session-signature.ts'

/** Client id of the program that may use device sign-in: the `keyward` command. */
const CLIENT_ID = 'keyward-cli'

/** Paths that could be used to guess codes or fill the table. Attempts are limited like those of sign-in. */
export const DEVICE_PATHS = ['/device', '/device/code', '/device/approve', '/device/deny'] as const

/**
 * Consonants only, so that codes do not spell words and no letter looks like a digit. 8 of them make 2.5 * 10^10 codes
 * (RFC 8628, section 6.1).
 */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const CODE_LETTERS = 8
const AGENT_CHARACTERS = 200

const hashOf = (deviceCode: string): string => createHash('sha256').update(deviceCode).digest('base64url')

const newUserCode = (): string =>
  Array.from({ length: CODE_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('')

/** Only the hash of a device code is stored, as for all other secrets. The code itself is only in the response. */
function newDeviceCode(): string {
  const code = randomBytes(32).toString('base64url')
  const request = authRequests.getStore()
  if (request) request.deviceCode = code
  return hashOf(code)
}

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

interface DeviceSignInOptions {
  database: Database
  record: RecordEvent
  /** URL of the page on which people approve codes. */
  page: string
}

/** Signs in programs that have no browser: a person approves the code on the page `/device` (RFC 8628). */
export function createDeviceSignIn({ database, record, page }: DeviceSignInOptions) {
  const grant: DeviceAuthorizationGrant = {
    requestSchemaFields: {},
    deviceCodeSchemaFields: {
      userAgent: { type: 'string', required: false },
      ipAddress: { type: 'string', required: false },
      requestedAt: { type: 'date', required: true },
    },
    async authorizeRequest({ ctx, request }) {
      const { client_id: clientId, user_id: userId } = request
      if (clientId !== CLIENT_ID) {
        throw new APIError('BAD_REQUEST', { error: 'invalid_client', error_description: 'Unknown client_id.' })
      }
      // The program must not choose who is allowed to approve.
      if (userId !== undefined) {
        throw new APIError('BAD_REQUEST', { error: 'invalid_request', error_description: 'user_id is not supported.' })
      }
      const requestedAt = new Date()
      await database.prisma.deviceCode.deleteMany({ where: { expiresAt: { lt: database.clock.now() } } })
      const userAgent = ctx.headers?.get('user-agent')?.slice(0, AGENT_CHARACTERS) ?? null
      return { clientId, deviceCodeFields: { userAgent, ipAddress: addressOf(ctx), requestedAt } }
    },
    async assertSessionRedemption({ deviceCode: { id } }) {
      const request = authRequests.getStore()
      const row = await database.prisma.deviceCode.findUnique({
        where: { id: String(id) },
        select: { authenticatedAt: true },
      })
      if (request) request.authenticatedAt = row?.authenticatedAt ?? null
    },
    getVerificationContext: ({ userAgent, ipAddress, requestedAt }) => ({
      user_agent: textOrNull(userAgent),
      ip_address: textOrNull(ipAddress),
      requested_at: requestedAt instanceof Date ? requestedAt.toISOString() : null,
    }),
  }
  const plugin = deviceAuthorization({
    verificationUri: page,
    expiresIn: '10m',
    interval: '2s',
    generateUserCode: newUserCode,
    generateDeviceCode: newDeviceCode,
    validateClient: (clientId) => clientId === CLIENT_ID,
    grant,
  })

  /** Codes are looked up by their hash. */
  function before({ path, body }: HookContext) {
    const code = textOrNull(body?.device_code)
    if (path === '/device/token' && code !== null) return { context: { body: { device_code: hashOf(code) } } }
  }

  /**
   * Copies the sign-in time of the session that approved the program. Otherwise a stolen session could renew itself.
   */
  async function inheritSignIn(sessionId: string, userCode: string) {
    const select = { createdAt: true, authenticatedAt: true }
    const session = await database.prisma.session.findUnique({ where: { id: sessionId }, select })
    const authenticatedAt = session && (session.authenticatedAt ?? session.createdAt)
    // The plugin accepts a code with or without separators.
    const spellings = [userCode, userCode.replaceAll(/[^a-zA-Z0-9]/g, '').toUpperCase()]
    await database.prisma.deviceCode.updateMany({ where: { userCode: { in: spellings } }, data: { authenticatedAt } })
  }

  async function after(context: HookContext) {
    const { path } = context
    const { returned, newSession } = context.context
    if (!path.startsWith('/device') || returned instanceof Error || typeof returned !== 'object') return
    const client = addressOf(context)
    switch (path) {
      case '/device/code':
        return context.json({ ...returned, device_code: authRequests.getStore()?.deviceCode })
      case '/device/token': {
        if (!newSession) return
        const { id, token } = newSession.session
        // Missing if the program asks before the approval is complete, or if an older version handled the approval.
        const authenticatedAt = authRequests.getStore()?.authenticatedAt ?? new Date(0)
        await database.prisma.session.update({ where: { id }, data: { authenticatedAt } })
        await record(newSession.user, { action: 'user.deviceSignedIn' }, client)
        return context.json({ ...returned, access_token: `${token}.${signatureOf(token, context.context.secret)}` })
      }
      case '/device/approve':
      case '/device/deny': {
        const { user, session } = context.context.session ?? {}
        if (session && path === '/device/approve')
          await inheritSignIn(session.id, textOrNull(context.body?.userCode) ?? '')
        const action = path === '/device/approve' ? 'user.deviceApproved' : 'user.deviceDenied'
        if (user) await record(user, { action }, client)
      }
    }
  }

  return { plugin, before, after }
}
