import { encodeId, ID_PREFIXES, type IdType } from '../core/ids.ts'

const ACTOR_TYPES: Readonly<Record<string, IdType>> = {
  USER: 'User',
  SERVICE_ACCOUNT: 'ServiceAccount',
  API_KEY: 'ApiKey',
  LEGACY_KEY: 'LegacyKey',
  GATEWAY: 'Gateway',
}

const isIdType = (type: string): type is IdType => Object.hasOwn(ID_PREFIXES, type)

/** Public id of a change's actor. Null for an actor without an id. */
export function publicActorId(kind: string, id: string | null): string | null {
  const type = ACTOR_TYPES[kind]
  return type && id ? encodeId(type, id) : null
}

/** Public id of a change's target. */
export const publicTargetId = (type: string, id: string): string => (isIdType(type) ? encodeId(type, id) : id)

/** The details that contain the id of an object, or a list of such ids, each with the text that follows the id. */
const DETAIL_TYPES: Readonly<Record<string, IdType>> = {
  userId: 'User',
  serviceAccountId: 'ServiceAccount',
  memberId: 'Member',
  invitationId: 'Invitation',
  projects: 'Project',
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

/** A detail of a change, with public ids. */
export function publicDetail<Value>(name: string, value: Value): Value | string | string[] {
  const type = DETAIL_TYPES[name]
  if (!type) return value
  const named = (text: string): string => text.replace(UUID, (uuid) => encodeId(type, uuid))
  if (typeof value === 'string') return named(value)
  return isTexts(value) ? value.map(named) : value
}
