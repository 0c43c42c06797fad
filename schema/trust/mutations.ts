import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { Project } from '../project/graph.ts'
import { placeInProject } from '../write/removed.ts'
import { MAX_CLAIM, MAX_CLAIM_PATTERN, MAX_CONDITIONS } from './conditions.ts'
import { Trust } from './graph.ts'
import { createTrust, deleteTrust, MAX_AUDIENCE, MAX_ISSUER, trustRemoval, updateTrust } from './service.ts'

const TrustConditionInput = builder.inputType('TrustConditionInput', {
  description: 'A claim that a workload’s token must carry.',
  fields: (t) => ({
    claim: t.string({ required: true, description: `Name of the claim, at most ${MAX_CLAIM} characters.` }),
    pattern: t.string({
      required: true,
      description: `Value of the claim, at most ${MAX_CLAIM_PATTERN} characters. \`*\` matches any characters. It must not be the first character and may occur at most 5 times.`,
    }),
  }),
})

const CONDITIONS = `Conditions on the claims of tokens, 1 to ${MAX_CONDITIONS}. One must be on a claim that names the workload or its owner: \`sub\`, \`repository\`, \`repository_id\`, \`repository_owner\`, \`repository_owner_id\`, \`project_path\`, \`project_id\`, \`namespace_path\` or \`namespace_id\`.`

const ID = { required: true, description: 'Id of the trust, `tru_…`.' } as const

const trustPayload = (t: FieldsOf<{ trustId: string }>) => ({
  trust: t.prismaField({
    type: Trust,
    description: 'The trust after the change.',
    resolve: (query, { trustId }, _args, { runtime }) =>
      runtime.database.rows.trust.findUniqueOrThrow({ ...query, where: { id: trustId } }),
  }),
})

mutation('trustCreate', {
  description:
    'Creates a trust, so that workloads of an issuer may act as a service account in the project. They have the service account’s role in the project. Requires ADMIN in the project.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'Id of the project, `prj_…`.' }),
    serviceAccountId: t.id({
      required: true,
      description: 'Id of a service account that is a collaborator of the project, `svc_…`.',
    }),
    name: t.string({ required: true, description: 'Name: 1 to 100 characters.' }),
    issuer: t.string({
      required: true,
      description: `URL of the issuer, equal to the \`iss\` of its tokens: https, at most ${MAX_ISSUER} characters. Its discovery document must be on the public internet.`,
    }),
    audience: t.string({
      description: `Required \`aud\` of tokens, at most ${MAX_AUDIENCE} characters. Default: the URL of this instance.`,
    }),
    conditions: t.field({ type: [TrustConditionInput], required: true, description: CONDITIONS }),
  }),
  payloadDescription: 'The created trust.',
  payload: trustPayload,
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createTrust(context, input),
})

mutation('trustUpdate', {
  description:
    'Changes a trust. The input replaces its conditions, or enables or disables it. Any change ends the tokens that the trust has issued. Requires ADMIN in the project.',
  input: (t) => ({
    id: t.id(ID),
    conditions: t.field({ type: [TrustConditionInput], description: `${CONDITIONS} Omitted: unchanged.` }),
    enabled: t.boolean({ description: 'Whether tokens are exchanged. Omitted: unchanged.' }),
  }),
  payloadDescription: 'The changed trust.',
  payload: trustPayload,
  resolve: (input, context) => updateTrust(context, input),
})

mutation('trustDelete', {
  description:
    'Deletes a trust and ends the tokens that it has issued. Deleting it again changes nothing and succeeds. Requires ADMIN in the project.',
  removes: { rule: trustRemoval, again: placeInProject },
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The project after the deletion.',
  payload: (t: FieldsOf<{ projectId: string }>) => ({
    project: t.prismaField({
      type: Project,
      description: 'Project of the deleted trust.',
      resolve: (query, { projectId }, _args, { runtime }) =>
        runtime.database.rows.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
    }),
  }),
  resolve: (input, context) => deleteTrust(context, input),
})
