import type { ApiKey as ApiKeyRow, ApiKeySecret } from '@keyward/prisma/generated/prisma/client'
import { builder } from '../graphql/builder.ts'
import { registerHolder } from '../graphql/error/holder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { targetOf, visibleApiKeys } from './access.ts'
import { adviceOf, isSafeToFinish, type Rotation, rotationOf } from './advice.ts'
import { ApiKeyAdviceEnum, ApiKeyStatusEnum, RevocationReasonEnum, WorkloadEnum } from './enums.ts'
import { statusOf } from './filter.ts'
import { MAX_TAGS } from './input.ts'

const SHOWN_VERSIONS = 20

const makerTarget = (key: ApiKeyRow) => ({ organizationId: key.organizationId })

/**
 * One query for all fields about a key's secret versions, so that they are loaded once. Working versions come first,
 * even if newer ones were undone.
 */
const VERSIONS = {
  orderBy: [{ retiresAt: { sort: 'desc' as const, nulls: 'first' as const } }, { version: 'desc' as const }],
  take: SHOWN_VERSIONS,
}

const newestFirst = (secrets: ApiKeySecret[]): ApiKeySecret[] => secrets.toSorted((a, b) => b.version - a.version)

const SecretVersion = builder.prismaObject('ApiKeySecret', {
  name: 'ApiKeySecretVersion',
  description: 'A current or former secret of a key. Only its hash is stored.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Version number, starting at 1.' }),
    start: t.exposeString('start', { description: 'First characters of the secret, for display. Empty if unknown.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    firstUsedAt: t.expose('firstUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of first use, accurate to a few seconds. Null if never used.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of last use, accurate to a few seconds. Null if never used.',
    }),
    retiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Time at which the secret stops working. Null unless this is the old secret of a rotation in progress.',
      resolve: ({ retiresAt }, _args, { runtime }) =>
        retiresAt && retiresAt > runtime.database.clock.now() ? retiresAt : null,
    }),
    retiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the secret stopped working. Null while it works.',
      resolve: ({ retiresAt }, _args, { runtime }) =>
        retiresAt && retiresAt <= runtime.database.clock.now() ? retiresAt : null,
    }),
  }),
})

const RotationRef = builder.objectRef<Rotation>('ApiKeyRotation').implement({
  description: 'A rotation in progress. Two secrets work until the older one stops working.',
  fields: (t) => ({
    startedAt: t.field({
      type: 'DateTime',
      description: 'Creation time of the new secret.',
      resolve: ({ current }) => current.createdAt,
    }),
    previousRetiresAt: t.field({
      type: 'DateTime',
      description: 'Time at which the old secret stops working.',
      resolve: ({ previous }) => previous.retiresAt,
    }),
    previousLastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Time of last use of the old secret. Null if never used.',
      resolve: ({ previous }) => previous.lastUsedAt,
    }),
    safeToFinish: t.boolean({
      description: 'Whether the new secret is in use, and the old one has not been used for an hour.',
      resolve: (rotation, _args, { runtime }) => isSafeToFinish(rotation, runtime.database.clock.now()),
    }),
  }),
})

const Tag = builder.prismaObject('ApiKeyTag', {
  name: 'Tag',
  description: 'A key-value pair of metadata on a key.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Name of the tag.' }),
    value: t.exposeString('value', { description: 'Value of the tag. May be empty.' }),
  }),
})

export const ApiKey = builder.prismaNode('ApiKey', {
  id: { field: 'id', description: 'Permanent id, `key_…`. Rotation does not change it.' },
  description:
    'A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated.',
  ...guardType('apiKey:read', targetOf),
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'Name, unique among the project’s live keys. A live key is neither revoked nor expired.',
    }),
    project: t.relation('project', {
      description: 'Project that owns the key. The key can access the resources of this project only.',
    }),
    status: t.field({
      type: ApiKeyStatusEnum,
      description: 'Current status.',
      resolve: (key, _args, { runtime }) => statusOf(key, runtime.database.clock.now()),
    }),
    start: t.exposeString('start', {
      description: 'First characters of the current secret, for display. Empty if unknown.',
    }),
    imported: t.exposeBoolean('imported', {
      description: 'Whether the key was imported from another system by its hash.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    createdBy: t.field({
      type: Principal,
      nullable: true,
      description:
        'Creator. Null after the creator was deleted; `createdByName` remains. Keys that call the API get null and a FORBIDDEN error.',
      ...guardField('user:readName', makerTarget),
      select: (_args, _context, nested) => ({
        createdByUser: nested(true, [], 'User'),
        createdByServiceAccount: nested(true, [], 'ServiceAccount'),
      }),
      resolve: (key, _args, context) => principalOf(context, key.createdByUser, key.createdByServiceAccount),
    }),
    createdByName: t.exposeString('createdByName', { description: 'Name of the creator at the time of creation.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Expiration time. Null if the key never expires.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of last use, accurate to a few seconds. Null if never used.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Revocation time. Null unless revoked.',
    }),
    revokedBy: t.field({
      type: Principal,
      nullable: true,
      description:
        'Person or service account that revoked the key. Null if the key is not revoked, or if that principal was deleted. Keys that call the API get null and a FORBIDDEN error.',
      ...guardField('user:readName', makerTarget),
      select: (_args, _context, nested) => ({
        revokedByUser: nested(true, [], 'User'),
        revokedByServiceAccount: nested(true, [], 'ServiceAccount'),
      }),
      resolve: (key, _args, context) => principalOf(context, key.revokedByUser, key.revokedByServiceAccount),
    }),
    revocationReason: t.expose('revocationReason', {
      type: RevocationReasonEnum,
      nullable: true,
      description: 'Reason for the revocation. Null unless revoked.',
    }),
    leakedAt: t.expose('leakedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Time of the first leak report since the current secret was created, or else of the report on an earlier secret. Null if no leak was reported.',
    }),
    workloads: t.expose('workloads', {
      type: [WorkloadEnum],
      description: 'Workloads that the key may be used for. Empty allows all.',
    }),
    models: t.exposeStringList('models', {
      description:
        'Slugs of the models that the key may use. A trailing `*` matches any suffix, as in `meta/*`. Empty allows all.',
    }),
    allowedIps: t.exposeStringList('allowedIps', {
      description:
        'CIDR networks from which the key may be used, both in this API and at gateways. Empty allows any address.',
    }),
    tags: t.relation('tags', {
      type: Tag,
      description: 'Tags, sorted by name.',
      query: { orderBy: { key: 'asc' } },
      complexity: { field: 1, multiplier: MAX_TAGS },
    }),
    secretVersions: t.field({
      type: [SecretVersion],
      description: `Secret versions, newest first, at most ${SHOWN_VERSIONS}. The list always includes the working versions, of which there are at most two.`,
      select: { secrets: VERSIONS },
      resolve: ({ secrets }) => newestFirst(secrets),
      complexity: { field: 1, multiplier: SHOWN_VERSIONS },
    }),
    rotation: t.field({
      type: RotationRef,
      nullable: true,
      description: 'Current rotation. Null if no rotation is in progress.',
      select: { secrets: VERSIONS },
      resolve: (key, _args, { runtime }) => rotationOf(newestFirst(key.secrets), runtime.database.clock.now()),
    }),
    advice: t.field({
      type: [ApiKeyAdviceEnum],
      description: 'Recommendations for this key. Empty once it is revoked.',
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
  runtime.database.rows.apiKey.findMany({ ...query, where: { AND: [{ id: { in: ids } }, visibleApiKeys(access)] } }),
)

const nameOf = ({ projectId, nameKey }: { projectId: string; nameKey: string }) => `${projectId} ${nameKey}`

registerHolder('ApiKey', async ({ access, runtime }, held) => {
  const rows = await runtime.database.prisma.apiKey.findMany({
    where: {
      AND: [
        { projectId: { in: held.map(({ projectId }) => projectId) }, nameKey: { in: held.map((key) => key.nameKey) } },
        { revokedAt: null, nameFreedAt: null },
        visibleApiKeys(access),
      ],
    },
    select: { id: true, name: true, projectId: true, nameKey: true },
  })
  const named = new Map(rows.map((row) => [nameOf(row), row]))
  return (value) => named.get(nameOf(value))
})
