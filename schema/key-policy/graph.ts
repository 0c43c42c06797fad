import type { LeakedKeyAction } from '@keyward/prisma/generated/prisma/client'
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
  description: 'What happens to a key whose secret was seen where it should not be.',
  values: {
    REVOKE: { description: 'It is revoked at once.' },
    FLAG: { description: 'It goes on, and people are told.' },
  } satisfies Record<LeakedKeyAction, object>,
})

const KeyPolicy = builder.objectRef<KeyPolicySettings>('KeyPolicy').implement({
  description:
    'What bounds the keys of a project. It binds everybody who creates or changes one, ADMINs too, from when it is set; keys that are there keep what they have until it is set again.',
  fields: (t) => ({
    defaultLimits: t.field({
      type: UsageLimits,
      description: 'What a new key may use, unless limits are given with it.',
      resolve: ({ defaultLimits }) => defaultLimits,
    }),
    maximumLimits: t.field({
      type: UsageLimits,
      description:
        'The most that a key may use. Where this has a limit, a key has to have one that is not above it: a new key without one, and without a default, gets this.',
      resolve: ({ maximumLimits }) => maximumLimits,
    }),
    maxLifetimeSeconds: t.exposeInt('maxLifetimeSeconds', {
      nullable: true,
      description:
        'How many seconds ahead an expiration may be when it is set, which every new key then has to have; null: as far as one likes, or none.',
    }),
    leakedKeyAction: t.expose('leakedKeyAction', {
      type: LeakedKeyActionEnum,
      description: 'What happens to a key that is reported as leaked. REVOKE if nothing was set.',
    }),
  }),
})

const loaders = new WeakMap<GraphContext, DataLoader<string, KeyPolicySettings>>()

/** The policies of projects, one statement for all that a request asks for at once. */
function loaderOf(context: GraphContext): DataLoader<string, KeyPolicySettings> {
  const { prisma } = context.runtime.database
  const loader = loaders.get(context) ?? new DataLoader((ids) => policiesOf(prisma, ids), { cache: false })
  loaders.set(context, loader)
  return loader
}

builder.prismaObjectField(Project, 'keyPolicy', (t) =>
  t.field({
    type: KeyPolicy,
    nullable: true,
    description:
      'What bounds its keys; the defaults where nothing was set. For its collaborators, except external ones: null, with FORBIDDEN.',
    ...guardField('project:readKeyPolicy', targetOf),
    resolve: ({ id }, _args, context) => loaderOf(context).load(id),
  }),
)

mutation('projectKeyPolicySet', {
  description:
    'Sets what bounds the keys of a project; what is not given stays, null goes back to the default. VALIDATION where the default limits are above the maximum. For its ADMINs.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    defaultLimits: t.field({
      type: UsageLimitsInput,
      description: 'What a new key may use, as a whole; null: no limits of its own.',
    }),
    maximumLimits: t.field({
      type: UsageLimitsInput,
      description: 'The most that a key may use, as a whole; null: no maximum.',
    }),
    maxLifetimeSeconds: t.int({
      description: `How many seconds ahead an expiration may be, ${MIN_LIFETIME_SECONDS} to ${MAX_LIFETIME_SECONDS}; null: as far as one likes, or none.`,
    }),
    leakedKeyAction: t.field({
      type: LeakedKeyActionEnum,
      description: 'What happens to a key that is reported as leaked; null: REVOKE.',
    }),
  }),
  payloadDescription: 'The project whose key policy was set.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setKeyPolicy(context, input),
})
