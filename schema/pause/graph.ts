import { ApiKey } from '../api-key/graph.ts'
import { keyPayload } from '../api-key/payload.ts'
import { gatewaysField } from '../gateway/receipts.ts'
import { MAX_AWAITED_SECONDS } from '../gateway/sync/service.ts'
import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { Organization, organizationPayload } from '../organization/graph.ts'
import { Project, projectPayload } from '../project/graph.ts'
import {
  pauseApiKey,
  pauseOrganization,
  pauseProject,
  resumeApiKey,
  resumeOrganization,
  resumeProject,
} from './service.ts'
import { isPaused } from './state.ts'

const PAUSED_AT = 'Start of the pause. Null unless paused.'
const PAUSED_UNTIL = 'End of the pause. Null if the pause has no end, or if there is no pause.'

builder.prismaObjectFields(ApiKey, (t) => ({
  pausedAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: PAUSED_AT,
    select: { pausedAt: true, pausedUntil: true },
    resolve: (key, _args, { runtime }) => (isPaused(key, runtime.database.clock.now()) ? key.pausedAt : null),
  }),
  pausedUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: PAUSED_UNTIL,
    select: { pausedAt: true, pausedUntil: true },
    resolve: (key, _args, { runtime }) => (isPaused(key, runtime.database.clock.now()) ? key.pausedUntil : null),
  }),
}))

builder.prismaObjectFields(Project, (t) => ({
  pausedAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: `${PAUSED_AT} Keys of a paused project do not work.`,
    select: { pausedAt: true, pausedUntil: true },
    resolve: (project, _args, { runtime }) =>
      isPaused(project, runtime.database.clock.now()) ? project.pausedAt : null,
  }),
  pausedUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: PAUSED_UNTIL,
    select: { pausedAt: true, pausedUntil: true },
    resolve: (project, _args, { runtime }) =>
      isPaused(project, runtime.database.clock.now()) ? project.pausedUntil : null,
  }),
}))

builder.prismaObjectFields(Organization, (t) => ({
  pausedAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: `${PAUSED_AT} Keys, the legacy key and playground tokens of a paused organization do not work; people and service accounts keep their rights.`,
    select: { pausedAt: true, pausedUntil: true },
    resolve: (organization, _args, { runtime }) =>
      isPaused(organization, runtime.database.clock.now()) ? organization.pausedAt : null,
  }),
  pausedUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: PAUSED_UNTIL,
    select: { pausedAt: true, pausedUntil: true },
    resolve: (organization, _args, { runtime }) =>
      isPaused(organization, runtime.database.clock.now()) ? organization.pausedUntil : null,
  }),
}))

const UNTIL = {
  type: 'DateTime',
  description:
    'End of the pause, in the future. Replaces the end of an earlier pause. Omitted or null: the pause has no end.',
} as const
const AWAIT = {
  description: `Maximum time to wait for gateways to apply the pause, in seconds: 0 to ${MAX_AWAITED_SECONDS}. Omitted: does not wait.`,
} as const
const KEY_ID = { required: true, description: 'Id of the key, `key_…`.' } as const
const PROJECT_ID = { required: true, description: 'Id of the project, `prj_…`.' } as const
const ORGANIZATION_ID = { required: true, description: 'Id of the organization, `org_…`.' } as const

const IDEMPOTENT = 'Pausing again with the same end changes nothing and succeeds.'

mutation('apiKeyPause', {
  description: `Pauses a key. Servers and gateways deny it as soon as they receive the change; \`awaitGatewaysSeconds\` waits for gateways. The key keeps its name and can still be rotated, changed and revoked. ${IDEMPOTENT} Requires a role in the project.`,
  input: (t) => ({ id: t.id(KEY_ID), until: t.field(UNTIL), awaitGatewaysSeconds: t.int(AWAIT) }),
  payloadDescription: 'The paused key.',
  payload: (t: FieldsOf<Awaited<ReturnType<typeof pauseApiKey>>>) => ({ ...keyPayload(t), ...gatewaysField(t) }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => pauseApiKey(context, input),
})

mutation('apiKeyResume', {
  description:
    'Resumes a paused key. Resuming a key that is not paused changes nothing and succeeds. Requires a role in the project.',
  input: (t) => ({ id: t.id(KEY_ID) }),
  payloadDescription: 'The key after the change.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => resumeApiKey(context, input),
})

mutation('projectPause', {
  description: `Pauses a project in an emergency: its keys are denied until it is resumed or \`until\` passes. ${IDEMPOTENT} Requires OWNER or ADMIN in the organization.`,
  input: (t) => ({ id: t.id(PROJECT_ID), until: t.field(UNTIL), awaitGatewaysSeconds: t.int(AWAIT) }),
  payloadDescription: 'The paused project.',
  payload: (t: FieldsOf<Awaited<ReturnType<typeof pauseProject>>>) => ({ ...projectPayload(t), ...gatewaysField(t) }),
  resolve: (input, context) => pauseProject(context, input),
})

mutation('projectResume', {
  description:
    'Resumes a paused project. Keys that were paused individually stay paused. Resuming a project that is not paused changes nothing and succeeds. Requires OWNER or ADMIN in the organization.',
  input: (t) => ({ id: t.id(PROJECT_ID) }),
  payloadDescription: 'The project after the change.',
  payload: projectPayload,
  resolve: (input, context) => resumeProject(context, input),
})

mutation('organizationPause', {
  description: `Pauses an organization in an emergency: all its keys, the legacy key and playground tokens are denied until it is resumed or \`until\` passes. People and service accounts keep their rights, so that they can resume the organization. ${IDEMPOTENT} Requires OWNER or ADMIN.`,
  input: (t) => ({ id: t.id(ORGANIZATION_ID), until: t.field(UNTIL), awaitGatewaysSeconds: t.int(AWAIT) }),
  payloadDescription: 'The paused organization.',
  payload: (t: FieldsOf<Awaited<ReturnType<typeof pauseOrganization>>>) => ({
    ...organizationPayload(t),
    ...gatewaysField(t),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => pauseOrganization(context, input),
})

mutation('organizationResume', {
  description:
    'Resumes a paused organization. Projects and keys that were paused individually stay paused. Resuming an organization that is not paused changes nothing and succeeds. Requires OWNER or ADMIN.',
  input: (t) => ({ id: t.id(ORGANIZATION_ID) }),
  payloadDescription: 'The organization after the change.',
  payload: organizationPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => resumeOrganization(context, input),
})
