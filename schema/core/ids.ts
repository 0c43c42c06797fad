import { TypeID } from 'typeid-js'
import { uuidv7 } from 'uuidv7'

/** Every type with an id, and the prefix that ids of it carry at the boundary. */
export const ID_PREFIXES = {
  Organization: 'org',
  Project: 'prj',
  ApiKey: 'key',
  LegacyKey: 'lgk',
  User: 'usr',
  ServiceAccount: 'svc',
  Member: 'mem',
  Collaborator: 'col',
  Invitation: 'inv',
  OwnershipOffer: 'own',
  AuditEvent: 'aud',
  Resource: 'res',
  Model: 'mdl',
  PlaygroundModel: 'pgm',
  Gateway: 'gtw',
  Webhook: 'whk',
  WebhookDelivery: 'msg',
  Trust: 'tru',
  UsageAdjustment: 'adj',
} as const

export type IdType = keyof typeof ID_PREFIXES

const types = new Map<string, IdType>(
  Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix, type as IdType] as const),
)

/** A new id for a row: UUIDv7, so that ids sort by creation time. */
export const newId = (): string => uuidv7()

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** Two characters for every 10 bits. */
const PAIRS = Array.from({ length: 1_024 }, (_, bits) => ALPHABET.charAt(bits >> 5) + ALPHABET.charAt(bits & 31))

/** Encodes five hexadecimal digits (20 bits) as four characters. */
function base32(digits: string): string {
  const bits = Number.parseInt(digits, 16)
  return (PAIRS[bits >> 10] ?? '') + (PAIRS[bits & 1_023] ?? '')
}

/**
 * The public form of an id: a TypeID, such as `key_01h455vb4pex5vsknk084sn02q`. Every verification encodes several, so this
 * is a fast path for the database's ids; test/infra/schema/ids.test.ts compares it with the library.
 */
export function encodeId(type: IdType, uuid: string): string {
  const hex = uuid.replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/.test(hex)) return TypeID.fromUUID(ID_PREFIXES[type], uuid).toString()
  let suffix = PAIRS[Number.parseInt(hex.slice(0, 2), 16)] ?? ''
  for (let at = 2; at < 32; at += 5) suffix += base32(hex.slice(at, at + 5))
  return `${ID_PREFIXES[type]}_${suffix}`
}

/** Decodes an id of any type; null if invalid. */
export function decodeAnyId(id: string): { type: IdType; uuid: string } | null {
  try {
    const parsed = TypeID.fromString(id)
    const type = types.get(parsed.getType())
    // TypeID accepts some spellings that it would not write (such as uppercase): an id has one spelling.
    return type !== undefined && parsed.toString() === id ? { type, uuid: parsed.toUUID() } : null
  } catch {
    return null
  }
}

/** The UUID of an id of the given type; null for other types and invalid ids. */
export function decodeId(type: IdType, id: string): string | null {
  const decoded = decodeAnyId(id)
  return decoded?.type === type ? decoded.uuid : null
}
