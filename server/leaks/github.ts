import { createHash, type KeyObject, verify } from 'node:crypto'
import { encodeId } from '@keyward/schema/core/ids'
import { type Found, type Recognized, reportFound } from '@keyward/schema/leak/found'
import type { NamingRuntime } from '@keyward/schema/write/unit-of-work'
import { z } from 'zod'
import { objectToJson } from '../http/json-caps.ts'
import { REQUEST_CAPS } from '../http/request-caps.ts'
import { errorResponse, readBody } from '../http/responses.ts'
import type { Log } from '../telemetry/log.ts'
import { GithubKeys } from './github-keys.ts'

const BODY_BYTES = 1_048_576
const ENTRIES = 1_000

const PLACE_CHARACTERS = 2_000

/** A reported secret. It is handled even if its location cannot be read. */
const entry = z.object({
  token: z.string().min(1).max(4_096),
  type: z.string().max(200),
  url: z.string().nullish().catch(null),
  source: z.string().nullish().catch(null),
})

/** A report from GitHub. */
const report = z.array(z.unknown()).max(ENTRIES)

/** Serves `POST /leaks/github`. */
export type LeakReports = (request: Request, requestId: string) => Promise<Response>

const refuse = (status: number, message: string, requestId: string, headers: Record<string, string> = {}): Response =>
  errorResponse(status, { code: status === 401 ? 'UNAUTHENTICATED' : 'BAD_REQUEST', message, requestId }, headers)

/**
 * Serves GitHub's secret scanning, which sends signed reports of publicly exposed secrets. Enabled only if the keys
 * that verify the signatures are configured. Secrets are hashed when they are read, and are neither stored nor logged.
 */
export function createLeakReports(options: {
  keysFile: string | null
  runtime: NamingRuntime
  log: Log
}): LeakReports | null {
  const { keysFile, runtime, log } = options
  if (keysFile === null) return null
  const keys = new GithubKeys(keysFile)
  return async (request, requestId) => {
    if (request.method !== 'POST') return refuse(405, 'Reports are sent by POST.', requestId, { allow: 'POST' })
    const identifier = request.headers.get('github-public-key-identifier')
    const signature = request.headers.get('github-public-key-signature')
    if (!identifier || !signature) return refuse(401, 'The report is not signed.', requestId)
    let key: KeyObject | null
    try {
      key = await keys.find(identifier)
    } catch (error) {
      log.error('GitHub’s keys cannot be read, so its leak reports are rejected', error)
      return errorResponse(503, { code: 'UNAVAILABLE', message: 'Reports cannot be verified now.', requestId })
    }
    if (!key) return refuse(401, 'The report is signed with an unknown key.', requestId)
    const body = await readBody(request, BODY_BYTES)
    if (!body) return refuse(413, `A report has at most ${BODY_BYTES} bytes.`, requestId)
    if (!isSigned(body, signature, key)) return refuse(401, 'The signature does not fit the report.', requestId)
    const entries = parseReport(body)
    if (!entries) {
      const message = `A report is a JSON array of at most ${ENTRIES} objects: token, type, url and source.`
      return refuse(400, message, requestId)
    }
    const { recognized, failures } = await reportFound(runtime, entries)
    warn(recognized, log)
    for (const error of failures) log.error('a part of a leak report failed', error, { requestId })
    if (failures.length > 0) {
      const message = 'A part of the report failed. Send it again.'
      return errorResponse(503, { code: 'UNAVAILABLE', message, requestId })
    }
    return Response.json(answer(entries, recognized))
  }
}

function isSigned(body: Uint8Array, signature: string, key: KeyObject): boolean {
  if (!/^[A-Za-z0-9+/]{1,200}={0,2}$/.test(signature)) return false
  try {
    return verify('sha256', body, { key, dsaEncoding: 'der' }, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

interface Entry extends Found {
  type: string
}

/**
 * Parses a report, keeping only hashes of the secrets. Skips entries that cannot be read. Null if no entry can be read.
 */
function parseReport(body: Uint8Array): Entry[] | null {
  let json: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    if (objectToJson(text, REQUEST_CAPS.valueDepth)) return null
    json = JSON.parse(text)
  } catch {
    return null
  }
  const parsed = report.safeParse(json)
  if (!parsed.success) return null
  const entries = parsed.data.flatMap((given) => entry.safeParse(given).data ?? [])
  if (entries.length === 0 && parsed.data.length > 0) return null
  return entries.map(({ token, type, url, source }) => {
    const hash = new Uint8Array(createHash('sha256').update(token).digest())
    const from = source ? `: ${placeOf(source, token)}` : ''
    return { hash, type, url: url ? placeOf(url, token) : null, source: `GitHub${from}` }
  })
}

/** Cleans the description of a secret's location, which can contain the secret or text that PostgreSQL cannot store. */
const placeOf = (text: string, token: string): string =>
  text
    .replaceAll(token, '(not shown)')
    .replaceAll(encodeURIComponent(token.toWellFormed()), '(not shown)')
    .replaceAll('\u0000', '\ufffd')
    .slice(0, PLACE_CHARACTERS)
    // Truncation can split a surrogate pair.
    .toWellFormed()

const answer = (entries: readonly Entry[], recognized: readonly (Recognized | null)[]): object[] =>
  entries.map(({ hash, type }, index) => ({
    token_hash: Buffer.from(hash).toString('base64'),
    token_type: type,
    label: recognized[index] ? 'true_positive' : 'false_positive',
  }))

/** Gateways belong to no organization, so the operator must replace their tokens. */
function warn(recognized: readonly (Recognized | null)[], log: Log): void {
  const ids = new Set(recognized.flatMap((each) => (each?.kind === 'GATEWAY' ? [each.id] : [])))
  for (const id of ids) {
    const gatewayId = encodeId('Gateway', id)
    log.warn('The token of a gateway was found in public: rotate it (keyward-server gateway rotate)', { gatewayId })
  }
}
