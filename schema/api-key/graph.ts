import type { ApiKey as ApiKeyRow, ApiKeySecret } from '@keyward/prisma/generated/prisma/client'
import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { targetOf, visibleApiKeys } from './access.ts'
import { type ApiKeyAdvice, ApiKeyAdviceEnum, ApiKeyStatusEnum, RevocationReasonEnum, WorkloadEnum } from './enums.ts'
import { statusOf } from './filter.ts'
import { MAX_TAGS } from './input.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const SHOWN_VERSIONS = 20

const makerTarget = (key: ApiKeyRow) => ({ organizationId: key.organizationId })

/**
 * One query for everything that looks at a key's secret versions, so that they are loaded once: those that answer first,
 * however many came after them and were taken back.
 */
const VERSIONS = {
  orderBy: [{ retiresAt: { sort: 'desc' as const, nulls: 'first' as const } }, { version: 'desc' as const }],
  take: SHOWN_VERSIONS,
}

const newestFirst = (secrets: ApiKeySecret[]): ApiKeySecret[] => secrets.toSorted((a, b) => b.version - a.version)

const SecretVersion = builder.prismaObject('ApiKeySecret', {
  name: 'ApiKeySecretVersion',
  description: 'One secret that a key has or had. Only its hash is kept.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Counts from 1.' }),
    start: t.exposeString('start', { description: 'Its first characters, to recognize it by; empty where not known.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    firstUsedAt: t.expose('firstUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was first used, within a few seconds; null when never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, within a few seconds; null when never.',
    }),
    retiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it will stop answering, during a rotation; null otherwise.',
      resolve: ({ retiresAt }, _args, { runtime }) =>
        retiresAt && retiresAt > runtime.database.clock.now() ? retiresAt : null,
    }),
    retiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it stopped answering; null while it answers.',
      resolve: ({ retiresAt }, _args, { runtime }) =>
        retiresAt && retiresAt <= runtime.database.clock.now() ? retiresAt : null,
    }),
  }),
})

interface Rotation {
  current: ApiKeySecret
  previous: ApiKeySecret & { retiresAt: Date }
}

/** The rotation under way among a key's versions, newest first. */
function rotationOf(secrets: ApiKeySecret[], now: Date): Rotation | null {
  const current = secrets.find((secret) => secret.retiresAt === null)
  const previous = secrets.find(
    (secret): secret is Rotation['previous'] => secret.retiresAt !== null && secret.retiresAt > now,
  )
  return current && previous ? { current, previous } : null
}

/** The new secret is used, and the old one was not used since, or not for an hour. */
const isSafeToFinish = ({ current, previous }: Rotation, now: Date): boolean =>
  current.firstUsedAt !== null &&
  (previous.lastUsedAt === null ||
    previous.lastUsedAt < current.firstUsedAt ||
    previous.lastUsedAt.getTime() < now.getTime() - HOUR_MS)

const RotationRef = builder.objectRef<Rotation>('ApiKeyRotation').implement({
  description: 'A rotation under way: two secrets answer until the older one retires.',
  fields: (t) => ({
    startedAt: t.field({
      type: 'DateTime',
      description: 'When the new secret was made.',
      resolve: ({ current }) => current.createdAt,
    }),
    previousRetiresAt: t.field({
      type: 'DateTime',
      description: 'When the old secret stops answering.',
      resolve: ({ previous }) => previous.retiresAt,
    }),
    previousLastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the old secret was last used; null when never.',
      resolve: ({ previous }) => previous.lastUsedAt,
    }),
    safeToFinish: t.boolean({
      description: 'Whether the new secret is used, and the old one was not used since or not for an hour.',
      resolve: (rotation, _args, { runtime }) => isSafeToFinish(rotation, runtime.database.clock.now()),
    }),
  }),
})

const Tag = builder.prismaObject('ApiKeyTag', {
  name: 'Tag',
  description: 'Metadata of a key.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'What it tells.' }),
    value: t.exposeString('value', { description: 'The value; may be empty.' }),
  }),
})

/**
 * A rotation that is over takes the worry away, and so does one after which only the other secret was reported. Of a report
 * that a server of a version before took, only the key has the time: then every secret that was there may have leaked.
 */
function hasLeaked({ leakedAt }: ApiKeyRow, secrets: ApiKeySecret[], now: Date): boolean {
  const isOfSecrets = leakedAt === null || secrets.some((secret) => secret.leakedAt && secret.leakedAt >= leakedAt)
  return secrets.some(
    (secret) =>
      (secret.retiresAt === null || secret.retiresAt > now) &&
      (secret.leakedAt !== null || (!isOfSecrets && secret.createdAt <= leakedAt)),
  )
}

function adviceOf(key: ApiKeyRow, secrets: ApiKeySecret[], now: Date): ApiKeyAdvice[] {
  const advice: ApiKeyAdvice[] = []
  if (hasLeaked(key, secrets, now)) advice.push('LEAKED')
  if (!key.expiresAt) advice.push('NO_EXPIRATION')
  else if (key.expiresAt > now && key.expiresAt.getTime() < now.getTime() + 7 * DAY_MS) advice.push('EXPIRES_SOON')
  if ((key.lastUsedAt ?? key.createdAt).getTime() < now.getTime() - 90 * DAY_MS) advice.push('UNUSED_90_DAYS')
  const rotation = rotationOf(secrets, now)
  if (rotation && isSafeToFinish(rotation, now)) advice.push('ROTATION_SAFE_TO_FINISH')
  return advice
}

export const ApiKey = builder.prismaNode('ApiKey', {
  id: { field: 'id', description: 'The id, `key_…`. It never changes, also when the secret is rotated.' },
  description:
    'A credential of a project. Its id, name and history are permanent; its secret can be rotated, and is shown once.',
  ...guardType('apiKey:read', targetOf),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for. Unique among the live keys of its project.' }),
    project: t.relation('project', { description: 'The project whose resources it reaches, and no other’s.' }),
    status: t.field({
      type: ApiKeyStatusEnum,
      description: 'Whether it answers.',
      resolve: (key, _args, { runtime }) => statusOf(key, runtime.database.clock.now()),
    }),
    start: t.exposeString('start', {
      description: 'The first characters of its current secret, to recognize it by; empty where not known.',
    }),
    imported: t.exposeBoolean('imported', {
      description: 'Whether it was taken over from another system by its hash.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    createdBy: t.field({
      type: Principal,
      nullable: true,
      description: 'Who created it. Null once they are gone; `createdByName` stays. Not for keys: FORBIDDEN.',
      ...guardField('user:readName', makerTarget),
      select: { createdByUser: true, createdByServiceAccount: true },
      resolve: (key, _args, context) => principalOf(context, key.createdByUser, key.createdByServiceAccount),
    }),
    createdByName: t.exposeString('createdByName', { description: 'The name that its creator had then.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it expires or expired; null: never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, within a few seconds; null when never.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null while it is not.',
    }),
    revokedBy: t.field({
      type: Principal,
      nullable: true,
      description: 'Who revoked it; null while it is not revoked, and once they are gone. Not for keys: FORBIDDEN.',
      ...guardField('user:readName', makerTarget),
      select: { revokedByUser: true, revokedByServiceAccount: true },
      resolve: (key, _args, context) => principalOf(context, key.revokedByUser, key.revokedByServiceAccount),
    }),
    revocationReason: t.expose('revocationReason', {
      type: RevocationReasonEnum,
      nullable: true,
      description: 'Why it was revoked; null while it is not.',
    }),
    leakedAt: t.expose('leakedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the secrets that it has now, or some of them, were first reported to be in somebody else’s hands; of secrets before those, when that was. Null when never.',
    }),
    workloads: t.expose('workloads', {
      type: [WorkloadEnum],
      description: 'What it may be used for; empty: everything.',
    }),
    allowedIps: t.exposeStringList('allowedIps', {
      description: 'From where it may be used, as CIDR networks, here as at gateways; empty: from anywhere.',
    }),
    tags: t.relation('tags', {
      type: Tag,
      description: 'Metadata, by key.',
      query: { orderBy: { key: 'asc' } },
      complexity: { field: 1, multiplier: MAX_TAGS },
    }),
    secretVersions: t.field({
      type: [SecretVersion],
      description: `Its secrets, newest first; at most two of them answer. Those that do, and the last ones up to ${SHOWN_VERSIONS}.`,
      select: { secrets: VERSIONS },
      resolve: ({ secrets }) => newestFirst(secrets),
      complexity: { field: 1, multiplier: SHOWN_VERSIONS },
    }),
    rotation: t.field({
      type: RotationRef,
      nullable: true,
      description: 'The rotation under way; null when one secret answers.',
      select: { secrets: VERSIONS },
      resolve: (key, _args, { runtime }) => rotationOf(newestFirst(key.secrets), runtime.database.clock.now()),
    }),
    advice: t.field({
      type: [ApiKeyAdviceEnum],
      description: 'What deserves a look; empty for revoked keys.',
      select: { secrets: VERSIONS },
      resolve: async (key, _args, { access, runtime, users }) => {
        if (key.revokedAt) return []
        const advice = adviceOf(key, newestFirst(key.secrets), runtime.database.clock.now())
        if (!access.can('user:readName', makerTarget(key))) return advice
        const creator = key.createdByUserId ?? key.createdByServiceAccountId
        const isGone = !creator || (await users.standing(key.organizationId, creator)) === null
        return isGone ? [...advice, 'CREATOR_GONE' as const] : advice
      },
    }),
  }),
})

registerNode('ApiKey', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.apiKey.findMany({ ...query, where: { AND: [{ id: { in: ids } }, visibleApiKeys(access)] } }),
)
