import { gatewaysField } from '../gateway/receipts.ts'
import { MAX_AWAITED_SECONDS } from '../gateway/sync/service.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { Organization, organizationPayload } from '../organization/graph.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { type Contents, contentsOfOrganizations, contentsOfProjects } from './contents.ts'
import {
  cancelOrganizationDeletion,
  confirmDeletedProject,
  DELETION_DAYS,
  deleteOrganization,
  deleteProject,
  projectRemoval,
} from './service.ts'

const DeletionContents = builder.objectRef<Contents>('DeletionContents').implement({
  description:
    'Number of objects that a deletion deletes, by type. The audit log and the hourly sums of usage are kept.',
  fields: (t) => ({
    projects: t.exposeInt('projects', {
      description: 'Projects, including archived ones. 0 when a project is deleted.',
    }),
    apiKeys: t.exposeInt('apiKeys', {
      description: 'Number of keys that are not revoked. Revoked keys are deleted, too, but are not counted.',
    }),
    members: t.exposeInt('members', { description: 'Members who are people. 0 when a project is deleted.' }),
    collaborators: t.exposeInt('collaborators', { description: 'Roles of people and service accounts in projects.' }),
    serviceAccounts: t.exposeInt('serviceAccounts', { description: 'Service accounts. 0 when a project is deleted.' }),
    resources: t.exposeInt('resources', { description: 'Registered resources.' }),
    models: t.exposeInt('models', { description: 'Models that are not public.' }),
    webhooks: t.exposeInt('webhooks', { description: 'Webhooks. 0 when a project is deleted.' }),
  }),
})

builder.prismaObjectFields(Organization, (t) => ({
  deletesAt: t.expose('deletesAt', {
    type: 'DateTime',
    nullable: true,
    description:
      'Time at which the organization is deleted. Null unless `organizationDelete` scheduled it. Until then it is paused.',
  }),
  deletionContents: t.field({
    type: DeletionContents,
    nullable: true,
    description:
      'Number of objects that a deletion would delete. Visible to the Owner. Others get null and a FORBIDDEN error.',
    ...guardField('organization:delete', organizationTarget),
    resolve: ({ id }, _args, context) => contentsOfOrganizations(context).load(id),
  }),
}))

builder.prismaObjectField(Project, 'deletionContents', (t) =>
  t.field({
    type: DeletionContents,
    nullable: true,
    description:
      'Number of objects that a deletion would delete. Visible to the Owner and ADMINs of the organization. Others get null and a FORBIDDEN error.',
    ...guardField('project:delete', projectTarget),
    resolve: ({ id }, _args, context) => contentsOfProjects(context).load(id),
  }),
)

const ORGANIZATION_ID = { required: true, description: 'Id of the organization, `org_…`.' } as const
const CONFIRMATION = 'It confirms the deletion: another name returns ValidationError. 1 to 100 characters.'

mutation('organizationDelete', {
  description: `Schedules the deletion of an organization in ${DELETION_DAYS} days and pauses it until then. Its keys, the legacy key and playground tokens are denied at once. \`organizationDeletionCancel\` ends the pause, and the same keys work again. Webhooks receive an event, and members receive a mail if the instance sends mail. Repeating the call changes nothing and succeeds. Requires OWNER.`,
  input: (t) => ({
    id: t.id(ORGANIZATION_ID),
    name: t.string({ required: true, description: `Current name of the organization. ${CONFIRMATION}` }),
    awaitGatewaysSeconds: t.int({
      description: `Maximum time to wait for gateways to apply the pause, in seconds: 0 to ${MAX_AWAITED_SECONDS}. Omitted: does not wait.`,
    }),
  }),
  payloadDescription: 'The organization with the time of its deletion.',
  payload: (t: FieldsOf<Awaited<ReturnType<typeof deleteOrganization>>>) => ({
    ...organizationPayload(t),
    ...gatewaysField(t),
  }),
  resolve: (input, context) => deleteOrganization(context, input),
})

mutation('organizationDeletionCancel', {
  description:
    'Cancels a scheduled deletion. If the organization was already paused before, that pause is restored. Nothing changes if no deletion is scheduled. Requires OWNER.',
  input: (t) => ({ id: t.id(ORGANIZATION_ID) }),
  payloadDescription: 'The organization after the change.',
  payload: organizationPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => cancelOrganizationDeletion(context, input),
})

mutation('projectDelete', {
  description:
    'Deletes an archived project with its keys, resources and models. The deletion cannot be undone. The project disappears at once. Its contents are deleted in the background. Repeating the call changes nothing and succeeds. Requires OWNER or ADMIN in the organization.',
  removes: { rule: projectRemoval, again: confirmDeletedProject },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the archived project, `prj_…`.' }),
    name: t.string({ required: true, description: `Current name of the project. ${CONFIRMATION}` }),
  }),
  payloadDescription: 'The organization after the deletion.',
  payload: organizationPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => deleteProject(context, input),
})
