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
  Gateway: 'gtw',
  Webhook: 'whk',
} as const

export type IdType = keyof typeof ID_PREFIXES

const types = new Map<string, IdType>(
  Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix, type as IdType] as const),
)

/** A new id for a row: UUIDv7, so that ids sort by creation time. */
export const newId = (): string => uuidv7()

/** The public form of an id: a TypeID, such as `key_01h455vb4pex5vsknk084sn02q`. */
export const encodeId = (type: IdType, uuid: string): string => TypeID.fromUUID(ID_PREFIXES[type], uuid).toString()

/** Reads an id of any type; null for what is not one. */
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

/** The UUID of an id of the given type; null for an id of another type and for what is no id at all. */
export function decodeId(type: IdType, id: string): string | null {
  const decoded = decodeAnyId(id)
  return decoded?.type === type ? decoded.uuid : null
}
