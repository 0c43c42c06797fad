import { RequestError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { isAction, levelOf } from '../core/policy.ts'
import { builder } from '../graphql/builder.ts'
import { guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields } from '../graphql/pagination/connection-fields.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'
import { targetOf, visibleOrganizations } from './access.ts'
import { createOrganization, updateOrganization } from './service.ts'
import { unknownAction } from './unknown-action.ts'

export const Organization = builder.prismaNode('Organization', {
  id: { field: 'id', description: 'The id, `org_…`. It never changes.' },
  description: 'The paying account: it has one Owner, members, projects, an audit log, and perhaps a legacy key.',
  ...guardType('organization:read', targetOf),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    viewerRole: t.field({
      type: OrganizationRoleEnum,
      nullable: true,
      description: 'Your role in it; null for external collaborators and for keys.',
      resolve: (organization, _args, { access }) => access.organizationRole(organization.id),
    }),
    viewerCan: t.boolean({
      description:
        'Whether you may do an action to it, by the same policy that decides requests. Actions on a project are asked of the project.',
      args: {
        action: t.arg.string({
          required: true,
          description: 'The action, such as `project:create`. An unknown one is BAD_REQUEST, with the list of actions.',
        }),
      },
      resolve: (organization, { action }, { access }) => {
        if (!isAction(action)) throw unknownAction()
        if (levelOf(action) !== 'organization') {
          throw new RequestError('BAD_REQUEST', `${action} is done to a project: ask \`viewerCan\` of the project.`)
        }
        return access.can(action, targetOf(organization))
      },
    }),
  }),
})

registerNode('Organization', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.organization.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleOrganizations(access)] },
  }),
)

export const OrganizationEdge = builder.edgeObject({
  type: Organization,
  ...edgeFields('Organization', 'organizations'),
})
export const OrganizationConnection = builder.connectionObject(
  connectionFields('Organization', Organization, 'organizations', ({ access, runtime }, _parent, _args, take) =>
    runtime.database.prisma.organization.count({ where: visibleOrganizations(access), take }),
  ),
  OrganizationEdge,
)

builder.queryField('organization', (t) =>
  t.prismaField({
    type: Organization,
    nullable: true,
    description: 'An organization by its id; null when there is none that you may see.',
    args: { id: t.arg.id({ required: true, description: 'Its id, `org_…`.' }) },
    resolve: (query, _root, { id }, { access, runtime }) => {
      const uuid = decodeId('Organization', id)
      return runtime.database.prisma.organization.findFirst({
        ...query,
        where: { AND: [{ id: { in: uuid ? [uuid] : [] } }, visibleOrganizations(access)] },
      })
    },
  }),
)

/** The field by which payloads show the organization that was changed. */
export const organizationPayload = (t: FieldsOf<{ organizationId: string }>) => ({
  organization: t.prismaField({
    type: Organization,
    description: 'The organization as it is now.',
    resolve: (query, { organizationId }, _args, { runtime }) =>
      runtime.database.prisma.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
  }),
})

mutation('organizationCreate', {
  description:
    'Creates an organization with its default project; who creates it is its Owner. For people, where the instance allows it.',
  input: (t) => ({
    name: t.string({ required: true, description: 'What it is called: 1 to 100 characters.' }),
    defaultProjectName: t.string({
      description: 'What its default project is called; "Default project" if not given.',
    }),
  }),
  payloadDescription: 'The organization that was created.',
  payload: organizationPayload,
  errors: ['LIMIT_EXCEEDED'],
  resolve: (input, context) => createOrganization(context, input),
})

mutation('organizationUpdate', {
  description: 'Renames an organization. For its Owner and ADMINs.',
  input: (t) => ({
    id: t.id({ required: true, description: 'The organization, `org_…`.' }),
    name: t.string({ required: true, description: 'What it is called from now on: 1 to 100 characters.' }),
  }),
  payloadDescription: 'The organization that was changed.',
  payload: organizationPayload,
  resolve: (input, context) => updateOrganization(context, input),
})
