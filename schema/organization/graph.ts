import { decodeId } from '../core/ids.ts'
import { MAX_NAME } from '../core/input.ts'
import { ACTIONS, levelOf } from '../core/policy.ts'
import { MAX_TIME_ZONE } from '../core/time-zone.ts'
import { builder } from '../graphql/builder.ts'
import { guardType } from '../graphql/guard.ts'
import { MAY_LAG } from '../graphql/may-lag.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields } from '../graphql/pagination/connection-fields.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'
import { actionEnum, askedActions, viewerCanArgs, viewerCanComplexity } from '../viewer-can/action-enum.ts'
import { targetOf, visibleOrganizations } from './access.ts'
import { createOrganization, updateOrganization } from './service.ts'

const ORGANIZATION_ACTIONS = ACTIONS.filter((action) => levelOf(action) === 'organization')

const OrganizationAction = actionEnum('OrganizationAction', 'Action on an organization.', ORGANIZATION_ACTIONS)

export const Organization = builder.prismaNode('Organization', {
  id: { field: 'id', description: 'Permanent id, `org_…`.' },
  description: 'The paying account, with one Owner, members, projects, an audit log and possibly a legacy key.',
  ...guardType('organization:read', targetOf),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the organization.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    hashConsumers: t.exposeBoolean('hashConsumers', {
      description: 'Whether consumers of usage are stored as hashes, salted for this organization.',
    }),
    requireSecondFactor: t.exposeBoolean('requireSecondFactor', {
      description:
        'Whether people who sign in with a password need a second factor. People without a second factor have no role in the organization until they set one up.',
    }),
    timeZone: t.exposeString('timeZone', {
      description: 'Time zone of the organization, a name of the IANA database: `UTC` if none was set.',
    }),
    sumsByHalfHourSince: t.expose('halfHoursFrom', {
      type: 'DateTime',
      nullable: true,
      description:
        'Start of the half-hourly sums of usage and denied requests. Time zones whose days begin at half past an hour of UTC need these sums. Null if the organization never had such a time zone.',
    }),
    sumsByQuarterHourSince: t.expose('quarterHoursFrom', {
      type: 'DateTime',
      nullable: true,
      description:
        'Start of the quarter-hourly sums of usage and denied requests. Time zones whose days begin at a quarter to or past an hour of UTC need these sums. Null if the organization never had such a time zone.',
    }),
    viewerRole: t.field({
      type: OrganizationRoleEnum,
      nullable: true,
      description: 'Your role in the organization. Null for external collaborators and keys.',
      resolve: (organization, _args, { access }) => access.organizationRole(organization.id),
    }),
    viewerActions: t.stringList({
      description:
        'Actions on this organization that the authorization policy permits you, such as `project:create`. Future versions may add actions.',
      resolve: (organization, _args, { access }) =>
        ORGANIZATION_ACTIONS.filter((action) => access.can(action, targetOf(organization))),
    }),
    viewerCan: t.boolean({
      description:
        'Whether the authorization policy permits you all of these actions on this organization. For actions on a project, use `Project.viewerCan`.',
      complexity: viewerCanComplexity,
      args: viewerCanArgs(OrganizationAction),
      resolve: (organization, given, { access }) =>
        [...askedActions(given, ORGANIZATION_ACTIONS)].every((action) => access.can(action, targetOf(organization))),
    }),
  }),
})

registerNode('Organization', ({ access, runtime }, ids, query) =>
  runtime.database.rows.organization.findMany({
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
    description: 'Fetches an organization by its id. Null if it does not exist or is not visible to you.',
    ...MAY_LAG,
    args: { id: t.arg.id({ required: true, description: 'Id of the organization, `org_…`.' }) },
    resolve: (query, _root, { id }, { access, runtime }) => {
      const uuid = decodeId('Organization', id)
      return runtime.database.rows.organization.findFirst({
        ...query,
        where: { AND: [{ id: { in: uuid ? [uuid] : [] } }, visibleOrganizations(access)] },
      })
    },
  }),
)

/** The payload field with the changed organization. */
export const organizationPayload = (t: FieldsOf<{ organizationId: string }>) => ({
  organization: t.prismaField({
    type: Organization,
    description: 'The organization after the change.',
    resolve: (query, { organizationId }, _args, { runtime }) =>
      runtime.database.rows.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
  }),
})

mutation('organizationCreate', {
  description:
    'Creates an organization with a default project and makes you its Owner. Requires a signed-in person and an instance that permits it.',
  input: (t) => ({
    name: t.string({ required: true, description: 'Name of the organization: 1 to 100 characters.' }),
    defaultProjectName: t.string({
      description: `Name of the default project, at most ${MAX_NAME} characters. Default: "Default project".`,
    }),
  }),
  payloadDescription: 'The created organization.',
  payload: organizationPayload,
  errors: ['LIMIT_EXCEEDED'],
  ownRoles: 'MAY_GAIN',
  resolve: (input, context) => createOrganization(context, input),
})

mutation('organizationUpdate', {
  description: 'Changes the name and settings of an organization. Requires OWNER or ADMIN.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the organization, `org_…`.' }),
    name: t.string({ description: 'New name: 1 to 100 characters. Omitted: unchanged.' }),
    hashConsumers: t.boolean({
      description:
        'Whether to store the consumers of usage as hashes, salted for this organization. Usage that is already recorded keeps its consumer names. Omitted: unchanged.',
    }),
    timeZone: t.string({
      description: `Time zone of the organization: a name of the IANA database such as \`Asia/Kolkata\`, at most ${MAX_TIME_ZONE} characters. If its days begin at a half or quarter hour of UTC, usage is summed by half or quarter hours from the next hour on. Current budget periods keep their end. Later periods follow the new time zone. Omitted: unchanged.`,
    }),
    requireSecondFactor: t.boolean({
      description:
        'Whether people who sign in with a password need a second factor. People without a second factor lose their roles until they set one up. Returns InvalidStateError if you have no second factor yourself. Omitted: unchanged.',
    }),
  }),
  payloadDescription: 'The changed organization.',
  payload: organizationPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => updateOrganization(context, input),
})
