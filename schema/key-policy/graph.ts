import { MAX_MODELS } from '@keyward/engine/models'
import type { LeakedKeyAction } from '@keyward/prisma/generated/prisma/client'
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { UsageLimits, UsageLimitsInput } from '../limit/settings/graph.ts'
import { targetOf } from '../project/access.ts'
import { Project, projectPayload } from '../project/graph.ts'
import {
  type KeyPolicySettings,
  MAX_LIFETIME_SECONDS,
  MIN_LIFETIME_SECONDS,
  policiesOf,
  setKeyPolicy,
} from './service.ts'

const LeakedKeyActionEnum = builder.enumType('LeakedKeyAction', {
  description: 'Action taken when a key’s secret is reported as leaked.',
  values: {
    REVOKE: { description: 'Revokes the key at once.' },
    FLAG: { description: 'Flags the key, which keeps working, and sends notifications.' },
  } satisfies Record<LeakedKeyAction, object>,
})

const KeyPolicy = builder.objectRef<KeyPolicySettings>('KeyPolicy').implement({
  description:
    'Rules for the keys of a project, binding for everyone including ADMINs. They apply when a key is created or changed; until then, existing keys stay as they are.',
  fields: (t) => ({
    defaultLimits: t.field({
      type: UsageLimits,
      description: 'Limits of a new key that is created without limits.',
      resolve: ({ defaultLimits }) => defaultLimits,
    }),
    maximumLimits: t.field({
      type: UsageLimits,
      description:
        'Highest limits that a key may have. A new key without a limit gets the default, or else the maximum.',
      resolve: ({ maximumLimits }) => maximumLimits,
    }),
    maxLifetimeSeconds: t.exposeInt('maxLifetimeSeconds', {
      nullable: true,
      description:
        'Longest lifetime of a key when its expiration is set, in seconds. New keys then require an expiration. Null if unrestricted.',
    }),
    models: t.exposeStringList('models', {
      description:
        'Models that keys may be limited to: slugs; `*` at the end matches any rest. A new key without models gets these. Empty: any.',
    }),
    leakedKeyAction: t.expose('leakedKeyAction', {
      type: LeakedKeyActionEnum,
      description: 'Action taken when a key is reported as leaked. REVOKE by default.',
    }),
  }),
})

/** Loads the key policies of projects, in one statement per batch. Uncached: a mutation may change them. */
const policies = createContextCache(
  ({ runtime }: GraphContext) =>
    new DataLoader<string, KeyPolicySettings>((ids) => policiesOf(runtime.database.prisma, ids), { cache: false }),
)

builder.prismaObjectField(Project, 'keyPolicy', (t) =>
  t.field({
    type: KeyPolicy,
    nullable: true,
    description:
      'Key policy of the project, or the default one. Visible to the project’s collaborators, except external ones; null with FORBIDDEN for others.',
    ...guardField('project:readKeyPolicy', targetOf),
    resolve: ({ id }, _args, context) => policies(context).load(id),
  }),
)

mutation('projectKeyPolicySet', {
  description:
    'Changes a project’s key policy. Omitted fields stay unchanged; null restores the default. Default limits must not exceed the maximum. Requires ADMIN in the project.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    defaultLimits: t.field({
      type: UsageLimitsInput,
      description: 'Limits of a new key created without limits, replaced as a whole. Null: none.',
    }),
    maximumLimits: t.field({
      type: UsageLimitsInput,
      description: 'Highest limits that a key may have, replaced as a whole. Null: no maximum.',
    }),
    maxLifetimeSeconds: t.int({
      description: `Longest lifetime of a key, in seconds: ${MIN_LIFETIME_SECONDS} to ${MAX_LIFETIME_SECONDS}. Null: unrestricted.`,
    }),
    models: t.stringList({
      description: `Models that keys may be limited to: ids, slugs, or beginnings of slugs and \`*\`, at most ${MAX_MODELS}. Null or empty: any.`,
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
