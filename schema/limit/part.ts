import { createHash } from 'node:crypto'

/*
 * A scope of limits is an organization, a project or a key, or a part of one of them. The id of an organization,
 * project or key is its own id. The id of a part is a hash of its owner and its name, so that a consumer can have
 * counters before anything about it is stored.
 */

/** Parts of an organization are tags of keys, parts of a project are consumers, and parts of a key are child tokens. */
export type PartKind = 'TAG' | 'CONSUMER' | 'CHILD_TOKEN'

/** A part of an organization, project or key. */
export interface Part {
  kind: PartKind
  /** UUID of the owner. */
  ownerId: string
  name: string
}

/** The name, in rows, of a project's default limits for consumers. No consumer has an empty name. */
export const EACH_CONSUMER = ''

/** Replaces a missing limit of a kind: more than anyone can spend. */
export const NO_LIMIT_OF_KIND = '9999999999999'

/** Writes the engine's name of a part. For consumers, the engine appends the consumer to `CONSUMER/<project>`. */
export const writePart = ({ kind, ownerId, name }: Part): string => `${ownersOf(kind, ownerId)}/${name}`

/** Writes the common prefix of the engine's names of an owner's parts. */
export const ownersOf = (kind: PartKind, ownerId: string): string => `${kind}/${ownerId}`

const PART = /^(TAG|CONSUMER|CHILD_TOKEN)\/([0-9a-f-]{36})\/(.*)$/s

/** Reads the engine's name of a scope. Null if the scope is an organization, project or key. */
export function readPart(scopeId: string): Part | null {
  const [, kind, ownerId, name] = PART.exec(scopeId) ?? []
  if ((kind !== 'TAG' && kind !== 'CONSUMER' && kind !== 'CHILD_TOKEN') || !ownerId || name === undefined) return null
  return { kind, ownerId, name }
}

/** The UUID of a part. */
export const uuidOfPart = (part: Part): string => uuidOf(writePart(part))

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  // UUID version 8: all other bits are free to use.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The UUID of the part of a scope that contains only requests for a model. */
export const uuidOfModel = (scopeId: string, model: string): string => uuidOf(`MODEL/${scopeId}/${model}`)

const OWNER = /^((?:[A-Z_]+\/)?[0-9a-f-]{36})(?=\/|$)/
const OWNER_AND_MODEL = /^((?:[A-Z_]+\/)?[0-9a-f-]{36})~([^/]*)((?:\/.*)?)$/s

/**
 * The engine's name of the part of a scope that contains only requests for a model. The model follows the id of the
 * owner.
 */
export const writeModel = (scopeId: string, model: string): string =>
  scopeId.replace(OWNER, (owner) => `${owner}~${encodeURIComponent(model)}`)

/** Reads the engine's name of a scope. Null if the scope is not limited by model. */
export function readModel(scopeId: string): { scopeId: string; model: string } | null {
  const [, owner, model, rest = ''] = OWNER_AND_MODEL.exec(scopeId) ?? []
  return owner === undefined || model === undefined ? null : { scopeId: owner + rest, model: decodeURIComponent(model) }
}

/** The UUID of a scope, given the engine's name. */
export function uuidOfScope(scopeId: string): string {
  const ofModel = readModel(scopeId)
  if (ofModel) return uuidOfModel(ofModel.scopeId, ofModel.model)
  const part = readPart(scopeId)
  return part ? uuidOfPart(part) : scopeId
}

/** The UUID of a project's default limits for consumers. */
export const uuidOfEachConsumer = (projectId: string): string =>
  uuidOfPart({ kind: 'CONSUMER', ownerId: projectId, name: EACH_CONSUMER })

/**
 * The name of the part of an organization that consists of its keys with a tag. The key of a tag never contains `=`.
 */
export const nameOfTag = ({ key, value }: { key: string; value: string }): string => `${key}=${value}`

/** The tag that a part’s name contains. */
export function tagOfName(name: string): { key: string; value: string } {
  const at = name.indexOf('=')
  return { key: name.slice(0, at), value: name.slice(at + 1) }
}
