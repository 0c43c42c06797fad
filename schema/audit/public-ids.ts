import { encodeId, ID_PREFIXES, type IdType } from '../core/ids.ts'

const ACTOR_TYPES: Readonly<Record<string, IdType>> = {
  USER: 'User',
  SERVICE_ACCOUNT: 'ServiceAccount',
  API_KEY: 'ApiKey',
  LEGACY_KEY: 'LegacyKey',
  GATEWAY: 'Gateway',
}

const isIdType = (type: string): type is IdType => Object.hasOwn(ID_PREFIXES, type)

/** The public id of who made a change; null for who has none. */
export function publicActorId(kind: string, id: string | null): string | null {
  const type = ACTOR_TYPES[kind]
  return type && id ? encodeId(type, id) : null
}

/** The public id of what was changed. */
export const publicTargetId = (type: string, id: string): string => (isIdType(type) ? encodeId(type, id) : id)
