import { TypeID } from 'typeid-js'
import { uuidv7 } from 'uuidv7'

/** Every type with an id, and the prefix of its public ids. */
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
/** The characters as bytes, by their value. */
const DIGITS = Buffer.from(ALPHABET)

/** The value of a hexadecimal digit by its character code; -1 for other characters. */
const HEX = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)))

const HYPHEN = 45
const hyphenAt = (at: number): boolean => at === 8 || at === 13 || at === 18 || at === 23

const suffix = Buffer.alloc(26)

/**
 * Writes the 128 bits of a UUID into `suffix`, five bits a character. False for a text that is not a UUID as PostgreSQL
 * writes it.
 */
function writeSuffix(uuid: string): boolean {
  if (uuid.length !== 36) return false
  // 128 bits fill 26 characters except for two bits.
  let [bits, waiting, written] = [0, 2, 0]
  for (let at = 0; at < 36; at += 1) {
    const code = uuid.charCodeAt(at)
    if (hyphenAt(at)) {
      if (code !== HYPHEN) return false
      continue
    }
    const digit = HEX[code] ?? -1
    if (digit < 0) return false
    bits = (bits << 4) | digit
    waiting += 4
    while (waiting >= 5) {
      waiting -= 5
      suffix[written] = DIGITS[(bits >> waiting) & 31] ?? 0
      written += 1
    }
    bits &= 31
  }
  return true
}

/**
 * The public form of an id: a TypeID, such as `key_01h455vb4pex5vsknk084sn02q`. Each verification encodes several ids,
 * so this is a fast path. test/infra/schema/ids.test.ts compares it with the library.
 */
export function encodeId(type: IdType, uuid: string): string {
  if (!writeSuffix(uuid)) return TypeID.fromUUID(ID_PREFIXES[type], uuid).toString()
  return `${ID_PREFIXES[type]}_${suffix.toString('latin1')}`
}

/** Decodes an id of any type; null if invalid. */
export function decodeAnyId(id: string): { type: IdType; uuid: string } | null {
  try {
    const parsed = TypeID.fromString(id)
    const type = types.get(parsed.getType())
    // TypeID accepts spellings that it would not write, such as upper case. Here, an id has only one spelling.
    return type !== undefined && parsed.toString() === id ? { type, uuid: parsed.toUUID() } : null
  } catch {
    return null
  }
}

/** The UUID in an id of the given type. Null for other types and invalid ids. */
export function decodeId(type: IdType, id: string): string | null {
  const decoded = decodeAnyId(id)
  return decoded?.type === type ? decoded.uuid : null
}
