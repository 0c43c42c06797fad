import { authorizeRequest } from '@keyward/schema/verification/input'
import type { z } from 'zod'
import type { PlainAnswer } from '../http/answer.ts'
import type { Incoming } from '../http/incoming.ts'
import { objectToJson } from '../http/json-caps.ts'
import { REQUEST_CAPS } from '../http/request-caps.ts'
import { refuse } from './answer.ts'

const BODY_BYTES = 16_384

/** The original request, about which a proxy asks. */
type Question = z.output<typeof authorizeRequest>

const isJson = ({ header }: Incoming): boolean =>
  header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'

/**
 * Request headers by the member that they set. The proxy must set or clear every one of them, because it also passes on
 * the client's headers. Otherwise a client could choose another model or customer.
 */
export const QUESTION_HEADERS = {
  workload: 'keyward-workload',
  model: 'keyward-model',
  resourceId: 'keyward-resource',
  clientIp: 'keyward-client-ip',
  estimatedCost: 'keyward-estimated-cost',
  estimatedUnits: 'keyward-estimated-units',
  consumer: 'keyward-consumer',
  serviceTier: 'keyward-service-tier',
} as const

/** The members before validation. */
type Given = Record<keyof Question, unknown>

/** Reads the original request's properties from headers or a JSON body. The body takes precedence. */
export function questionOf(
  incoming: Incoming,
  path: string,
  secret: string,
): Question | PlainAnswer | Promise<Question | PlainAnswer> {
  const { header } = incoming
  const units = header(QUESTION_HEADERS.estimatedUnits)
  const estimatedUnits = units === null ? null : parseUnits(units)
  if (units !== null && estimatedUnits === null) return refuse(400, 'BAD_REQUEST', UNITS_ADVICE)
  const given: Given = {
    secret,
    workload: header(QUESTION_HEADERS.workload),
    model: header(QUESTION_HEADERS.model),
    resourceId: header(QUESTION_HEADERS.resourceId),
    clientIp: header(QUESTION_HEADERS.clientIp),
    origin: header('origin'),
    estimatedCost: header(QUESTION_HEADERS.estimatedCost),
    estimatedUnits,
    consumer: header(QUESTION_HEADERS.consumer),
    serviceTier: header(QUESTION_HEADERS.serviceTier),
  }
  // Only for direct calls. Behind a proxy, the body would belong to the original request.
  return incoming.method === 'POST' && path === '/authorize' ? questionOfBody(incoming, given) : checked(given)
}

async function questionOfBody(incoming: Incoming, given: Given): Promise<Question | PlainAnswer> {
  const body = await incoming.body(BODY_BYTES)
  // Rejected, because an unread body must not lead to an allowed request.
  if (body?.length !== 0 && !isJson(incoming))
    return refuse(400, 'BAD_REQUEST', 'The body must be JSON: send it with `content-type: application/json`.')
  const parsed = body && parseObject(body)
  if (!parsed) return refuse(400, 'BAD_REQUEST', `The body is not a JSON object of at most ${BODY_BYTES} bytes.`)
  const asked = { ...given, ...parsed, secret: given.secret }
  if (typeof asked.estimatedCost === 'number') asked.estimatedCost = String(asked.estimatedCost)
  asked.estimatedUnits = withBigInts(asked.estimatedUnits)
  return checked(asked)
}

function checked(given: Given): Question | PlainAnswer {
  const result = authorizeRequest.safeParse(given)
  if (result.success) return result.data
  return refuse(400, 'BAD_REQUEST', result.error.issues.map(messageOf).join(' '))
}

/** Long enough for all line items. */
const UNITS_LENGTH = 1_000
const UNITS_ADVICE = `\`Keyward-Estimated-Units\` must list line items with whole quantities in at most ${UNITS_LENGTH} characters, such as \`INPUT_TOKENS=2000, OUTPUT_TOKENS=500\`.`

/** Parses the units header. Null if it is malformed. */
function parseUnits(text: string): { lineItem: string; quantity: bigint }[] | null {
  if (text.length > UNITS_LENGTH) return null
  const units: { lineItem: string; quantity: bigint }[] = []
  for (const item of text.split(',')) {
    const [, lineItem, quantity] = /^([A-Z_]{1,40})=(\d{1,15})$/.exec(item.trim()) ?? []
    if (lineItem === undefined || quantity === undefined) return null
    units.push({ lineItem, quantity: BigInt(quantity) })
  }
  return units
}

const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `${issue.keys.join(', ')}: unknown member of the body.`
    : `${issue.path.join('.')}: ${issue.message}`

/** Converts quantities to bigint: JSON numbers, or strings for values beyond a number's precision. */
function withBigInts(units: unknown): unknown {
  if (!Array.isArray(units)) return units
  return units.map((unit: unknown) => {
    if (typeof unit !== 'object' || unit === null || !('quantity' in unit)) return unit
    const { quantity } = unit
    const isWhole = typeof quantity === 'string' ? /^\d{1,15}$/.test(quantity) : Number.isSafeInteger(quantity)
    return isWhole ? { ...unit, quantity: BigInt(String(quantity)) } : unit
  })
}

function parseObject(body: Uint8Array): object | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    if (objectToJson(text, REQUEST_CAPS.valueDepth)) return null
    const value: unknown = text === '' ? {} : JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
