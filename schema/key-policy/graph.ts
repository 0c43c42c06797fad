import { MAX_MODELS } from '@keyward/engine/models'
import type { CreatorLeaves, KeyCreators, LeakedKeyAction } from '@keyward/prisma/generated/prisma/client'
import { createContextCache } from '@pothos/core'
import { targetOf as keyTarget, visibleApiKeys } from '../api-key/access.ts'
import { ApiKeyConnection, ApiKeyEdge } from '../api-key/connection.ts'
import { WorkloadEnum } from '../api-key/enums.ts'
import { orderOf } from '../api-key/filter.ts'
import { ApiKey } from '../api-key/graph.ts'
import { MAX_IPS } from '../api-key/input.ts'
import { Loader } from '../core/loader.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { pageComplexity, pageOn } from '../graphql/pagination/page.ts'
import type { FieldsOf, InputFieldsOf } from '../graphql/types.ts'
import { UsageLimits, UsageLimitsInput } from '../limit/settings/graph.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { Organization, organizationPayload } from '../organization/graph.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { Project, projectPayload } from '../project/graph.ts'
import {
  ALL_RULES,
  type Bounds,
  type KeyRule,
  type OrganizationPolicy,
  type ProjectPolicy,
  type Violation,
  violationsOf,
} from './bounds.ts'
import { outsidePolicy } from './outside.ts'
import {
  MAX_LIFETIME_SECONDS,
  MAX_ROTATION_DAYS,
  MIN_LIFETIME_SECONDS,
  organizationPoliciesOf,
  type ProjectRef,
  rulesOfAll,
  setKeyPolicy,
  setOrganizationKeyPolicy,
} from './service.ts'

const LeakedKeyActionEnum = builder.enumType('LeakedKeyAction', {
  description: 'Action taken when a key’s secret is reported as leaked.',
  values: {
    REVOKE: { description: 'Revokes the key at once.' },
    FLAG: { description: 'Flags the key, which keeps working, and sends notifications.' },
  } satisfies Record<LeakedKeyAction, object>,
})

const KeyCreatorsEnum = builder.enumType('KeyCreators', {
  description: 'Kind of principal that may create and import keys, if its role permits it.',
  values: {
    ANYONE: { description: 'People and service accounts.' },
    SERVICE_ACCOUNTS: { description: 'Service accounts only.' },
  } satisfies Record<KeyCreators, object>,
})

const CreatorLeavesEnum = builder.enumType('CreatorLeaves', {
  description: 'Action taken on the keys of a person or service account that leaves the organization.',
  values: {
    KEEP: { description: 'The keys keep working.' },
    FLAG: { description: 'The keys keep working. A notice `API_KEY_CREATOR_LEFT` is sent for each key.' },
    PAUSE: { description: 'The keys are paused until somebody resumes them.' },
  } satisfies Record<CreatorLeaves, object>,
})

const KeyRuleEnum = builder.enumType('KeyRule', {
  description: 'A rule of a key policy that a key can violate.',
  values: {
    CREATORS: { description: 'A person created the key, and only service accounts may create keys.' },
    MAXIMUM_LIMITS: { description: 'A limit is missing or higher than the maximum.' },
    EXPIRATION: { description: 'The expiration is missing or too far ahead.' },
    ROTATION: { description: 'The current secret is older than permitted.' },
    WORKLOADS: { description: 'The key allows workloads that are not permitted.' },
    MODELS: { description: 'The key allows models that are not permitted.' },
    ALLOWED_IPS: { description: 'The key works from networks that are not permitted.' },
  } satisfies Record<KeyRule, object>,
})

const UNTIL_THEN = 'They apply when a key is created or changed. A new rule does not change existing keys.'

/** Fields of both policies. */
const boundFields = (t: FieldsOf<Bounds>) => ({
  maximumLimits: t.field({
    type: UsageLimits,
    description:
      'Highest limits that a key may have. A new key without a limit gets the project’s default, or else the maximum.',
    resolve: ({ maximumLimits }) => maximumLimits,
  }),
  maxLifetimeSeconds: t.exposeInt('maxLifetimeSeconds', {
    nullable: true,
    description:
      'Longest lifetime that a key may be given, in seconds. If set, new keys require an expiration. Null if unrestricted.',
  }),
  requiresExpiration: t.exposeBoolean('requiresExpiration', {
    description:
      'Whether keys require an expiration. A maximum lifetime also requires an expiration, even if this is false.',
  }),
  rotateEveryDays: t.exposeInt('rotateEveryDays', {
    nullable: true,
    description:
      'Days after which a secret is due for rotation. An older secret keeps working, and `apiKeysOutsidePolicy` lists its key. Null if secrets are never due.',
  }),
  workloads: t.expose('workloads', {
    type: [WorkloadEnum],
    description: 'Workloads that keys may use. A new key without workloads gets these. Empty: any.',
  }),
  models: t.exposeStringList('models', {
    description:
      'Slugs of the models that keys may use. A trailing `*` matches any suffix. A new key without models gets these. Empty: any.',
  }),
  allowedIps: t.exposeStringList('allowedIps', {
    description:
      'Networks from which keys may be used, in CIDR notation. A new key without networks gets these. Empty: any.',
  }),
  creators: t.expose('creators', {
    type: KeyCreatorsEnum,
    description: 'Kind of principal that may create and import keys, if its role permits it.',
  }),
})

const OrganizationKeyPolicy = builder.objectRef<OrganizationPolicy>('OrganizationKeyPolicy').implement({
  description: `Rules for the keys of all projects of an organization. They bind everyone, including the Owner. Policies of projects can only be stricter. ${UNTIL_THEN}`,
  fields: (t) => ({
    ...boundFields(t),
    whenCreatorLeaves: t.expose('whenCreatorLeaves', {
      type: CreatorLeavesEnum,
      description: 'Action taken on the keys of anyone who leaves the organization. KEEP by default.',
    }),
  }),
})

const KeyPolicy = builder.objectRef<ProjectPolicy & { organizationPolicy: OrganizationPolicy }>('KeyPolicy').implement({
  description: `Rules for the keys of a project. They bind everyone, including ADMINs. The rules of its organization apply, too. ${UNTIL_THEN}`,
  fields: (t) => ({
    ...boundFields(t),
    defaultLimits: t.field({
      type: UsageLimits,
      description: 'Limits of a new key that is created without limits.',
      resolve: ({ defaultLimits }) => defaultLimits,
    }),
    organizationPolicy: t.field({
      type: OrganizationKeyPolicy,
      description: 'Key policy of the organization. It also applies to the keys of the project.',
      resolve: ({ organizationPolicy }) => organizationPolicy,
    }),
    leakedKeyAction: t.expose('leakedKeyAction', {
      type: LeakedKeyActionEnum,
      description: 'Action taken when a key is reported as leaked. REVOKE by default.',
    }),
  }),
})

const PolicyViolation = builder.objectRef<Violation>('PolicyViolation').implement({
  description: 'A rule of a key policy that a key violates.',
  fields: (t) => ({
    rule: t.expose('rule', { type: KeyRuleEnum, description: 'The violated rule.' }),
    message: t.exposeString('message', { description: 'Human-readable rule, with the policy that contains it.' }),
  }),
})

/** Loads policies within a request, in one statement per batch. Uncached: a mutation may change them. */
const policies = createContextCache(({ runtime }: GraphContext) => {
  const { prisma } = runtime.database
  return {
    ofOrganization: new Loader<string, OrganizationPolicy>(
      runtime.database,
      (ids) => organizationPoliciesOf(prisma, ids),
      {
        cache: false,
      },
    ),
    rules: new Loader(runtime.database, (projects: readonly ProjectRef[]) => rulesOfAll(prisma, projects), {
      cache: false,
    }),
  }
})

builder.prismaObjectField(Project, 'keyPolicy', (t) =>
  t.field({
    type: KeyPolicy,
    nullable: true,
    description:
      'Key policy of the project, or the default one. Visible to the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('project:readKeyPolicy', projectTarget),
    resolve: async ({ id, organizationId }, _args, context) => {
      const { project, organization } = await policies(context).rules.load({ id, organizationId })
      return { ...project, organizationPolicy: organization }
    },
  }),
)

builder.prismaObjectFields(Organization, (t) => ({
  keyPolicy: t.field({
    type: OrganizationKeyPolicy,
    nullable: true,
    description:
      'Key policy of the organization, or the default one. Visible to its members. Others get null and a FORBIDDEN error.',
    ...guardField('organization:readKeyPolicy', organizationTarget),
    resolve: ({ id }, _args, context) => policies(context).ofOrganization.load(id),
  }),
  apiKeysOutsidePolicy: t.prismaConnection(
    {
      type: ApiKey,
      cursor: 'id',
      nullable: true,
      description:
        'Live keys that violate a rule of the key policies, newest first. They were created before the rule, or are due for rotation. Includes only keys that you can read. Visible to the organization’s members. Others get null and a FORBIDDEN error.',
      ...guardField('organization:readKeyPolicy', organizationTarget),
      args: {
        rules: t.arg({
          type: [KeyRuleEnum],
          defaultValue: [...ALL_RULES],
          description: 'Keys that violate any of these rules. Null: all rules.',
        }),
      },
      complexity: pageComplexity,
      ownStatement: true,
      resolve: async (query, { id }, args, { access, runtime }) => {
        const outside = await outsidePolicy(runtime.database, id, args.rules ?? ALL_RULES)
        return runtime.database.rows.apiKey.findMany(
          pageOn(query, args, orderOf(null), { AND: [visibleApiKeys(access), outside] }),
        )
      },
    },
    ApiKeyConnection,
    ApiKeyEdge,
  ),
}))

builder.prismaObjectField(ApiKey, 'policyViolations', (t) =>
  t.field({
    type: [PolicyViolation],
    nullable: true,
    description:
      'Rules of the key policies that this key violates. Empty for revoked and expired keys. Visible to the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('project:readKeyPolicy', keyTarget),
    select: { secrets: true },
    resolve: async (key, _args, context) => {
      const now = context.runtime.database.clock.now()
      if (key.revokedAt || (key.expiresAt && key.expiresAt <= now)) return []
      const [rules, limits] = await Promise.all([
        policies(context).rules.load({ id: key.projectId, organizationId: key.organizationId }),
        context.limits.settings.load(key.id),
      ])
      const current = key.secrets.find(({ version }) => version === key.currentVersion)
      return violationsOf(rules, { ...key, limits, secretCreatedAt: current?.createdAt ?? key.createdAt }, now)
    },
  }),
)

const OMITTED = 'Omitted fields stay unchanged; null restores the default.'

/** Inputs of both policies. */
const boundInputs = (t: InputFieldsOf) => ({
  maximumLimits: t.field({
    type: UsageLimitsInput,
    description: 'Highest limits that a key may have, replaced as a whole. Null: no maximum.',
  }),
  maxLifetimeSeconds: t.int({
    description: `Longest lifetime of a key, in seconds: ${MIN_LIFETIME_SECONDS} to ${MAX_LIFETIME_SECONDS}. Null: unrestricted.`,
  }),
  requiresExpiration: t.boolean({ description: 'Whether keys require an expiration. Null: no.' }),
  rotateEveryDays: t.int({
    description: `Days after which a secret is due for rotation: 1 to ${MAX_ROTATION_DAYS}. Null: never.`,
  }),
  workloads: t.field({
    type: [WorkloadEnum],
    description: 'Workloads that keys may use. Null or empty: any.',
  }),
  models: t.stringList({
    description: `Models that keys may use: ids, slugs, or slug prefixes that end with \`*\`, at most ${MAX_MODELS}. Null or empty: any.`,
  }),
  allowedIps: t.stringList({
    description: `Networks from which keys may be used: IP addresses or CIDR ranges, at most ${MAX_IPS}. Null or empty: any.`,
  }),
  creators: t.field({
    type: KeyCreatorsEnum,
    description: 'Kind of principal that may create and import keys. Null: ANYONE.',
  }),
})

mutation('projectKeyPolicySet', {
  description: `Changes a project’s key policy. ${OMITTED} The policy must not be looser than the organization’s. Its default limits must not exceed its maximum limits. Requires ADMIN in the project.`,
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    ...boundInputs(t),
    defaultLimits: t.field({
      type: UsageLimitsInput,
      description: 'Limits of a new key created without limits, replaced as a whole. Null: none.',
    }),
    leakedKeyAction: t.field({
      type: LeakedKeyActionEnum,
      description: 'Action taken when a key is reported as leaked. Null: REVOKE.',
    }),
  }),
  payloadDescription: 'The project with its new key policy.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setKeyPolicy(context, input),
})

mutation('organizationKeyPolicySet', {
  description: `Changes the key policy of an organization, which binds the keys of all its projects. ${OMITTED} \`apiKeysOutsidePolicy\` lists the keys that violate it. Requires OWNER or ADMIN.`,
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization, `org_…`.' }),
    ...boundInputs(t),
    whenCreatorLeaves: t.field({
      type: CreatorLeavesEnum,
      description: 'Action taken on the keys of anyone who leaves the organization. Null: KEEP.',
    }),
  }),
  payloadDescription: 'The organization with its new key policy.',
  payload: organizationPayload,
  resolve: (input, context) => setOrganizationKeyPolicy(context, input),
})
