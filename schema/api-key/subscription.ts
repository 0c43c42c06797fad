import type { Project } from '@keyward/prisma/generated/prisma/client'
import { RequestError, unauthenticated } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { CHANGES_KEPT_DAYS } from '../core/quotas.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { forgetStatements } from '../graphql/statements-plugin.ts'
import { visibleOrganizations } from '../organization/access.ts'
import { targetOf, visibleProjects } from '../project/access.ts'
import { leavable } from '../write/leavable.ts'
import { encodeCursor, readCursor } from '../write/outbox/cursor.ts'
import type { Point } from '../write/outbox/history-sql.ts'
import { CHANGE_KINDS, type Change, type ChangeKind } from '../write/outbox/kinds.ts'
import type { ChangeOwner } from '../write/outbox/sql.ts'
import { targetOf as keyTarget, visibleApiKeys } from './access.ts'
import { ApiKey } from './graph.ts'

const KEY_KINDS = CHANGE_KINDS.filter((kind) => kind.startsWith('API_KEY_') || kind === 'BUDGET_ALERT')

const DESCRIPTIONS: Partial<Record<ChangeKind, string>> = {
  API_KEY_CREATED: 'The key was created or imported.',
  API_KEY_UPDATED: 'The key’s name, tags, scopes, limits or expiration changed.',
  API_KEY_ROTATED: 'The key was given a new secret.',
  API_KEY_ROTATION_FINISHED: 'The rotation ended: the old secret stopped working.',
  API_KEY_ROTATION_UNDONE: 'The rotation was undone: the new secret stopped working.',
  API_KEY_REVOKED: 'The key was revoked.',
  API_KEY_PAUSED: 'The key was paused, or the end of its pause was changed.',
  API_KEY_RESUMED: 'The key was resumed. Nothing is sent when a pause reaches its end.',
  API_KEY_LEAKED: 'A secret of the key was reported as leaked.',
  BUDGET_ALERT:
    'Spending reached an alert threshold of one of the key’s budgets. Sent only to those who may read its budgets.',
}

const ApiKeyChangeKind = builder.enumType('ApiKeyChangeKind', {
  description: 'Kind of change to a key. More values may be added.',
  values: Object.fromEntries(KEY_KINDS.map((kind) => [kind, { description: DESCRIPTIONS[kind] ?? kind }])),
})

const ApiKeyChange = builder.objectRef<Change>('ApiKeyChange').implement({
  description: 'A change to a key.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Position of the change. Pass it as `after` to resume from here.',
      resolve: ({ history, position, at }) => encodeCursor({ history, position, at: at.getTime() }),
    }),
    kind: t.field({ type: ApiKeyChangeKind, description: 'Kind of change.', resolve: ({ kind }) => kind }),
    at: t.expose('at', { type: 'DateTime', description: 'Time of the change.' }),
    apiKey: t.prismaField({
      type: ApiKey,
      nullable: true,
      description: 'Current state of the key. Null if you may not see it.',
      resolve: (query, { subjectId }, _args, { access, runtime }) =>
        runtime.database.rows.apiKey.findFirst({
          ...query,
          where: { AND: [{ id: subjectId }, visibleApiKeys(access)] },
        }),
    }),
  }),
})

/** The keys that a stream reports: those of a project, or of an organization. The ids are public. */
interface Followed {
  projectId?: string | null | undefined
  organizationId?: string | null | undefined
}

/** Finds a project whose keys the caller can list. */
async function findFollowedProject({ access, runtime }: GraphContext, id: string): Promise<Project | null> {
  const uuid = decodeId('Project', id)
  const project = uuid
    ? await runtime.database.prisma.project.findFirst({ where: { AND: [{ id: uuid }, visibleProjects(access)] } })
    : null
  return project && access.can('apiKey:list', targetOf(project)) ? project : null
}

/** Finds an organization that the caller can read. Null for a legacy key, which cannot read the organization's keys. */
async function findFollowedOrganization({ access, runtime }: GraphContext, id: string): Promise<string | null> {
  const uuid = decodeId('Organization', id)
  if (!uuid || access.actor.kind === 'LEGACY_KEY') return null
  const where = { AND: [{ id: uuid }, visibleOrganizations(access)] }
  return (await runtime.database.prisma.organization.findFirst({ where, select: { id: true } }))?.id ?? null
}

/** UUIDs of a stream's organization and, if it has one, its project. */
interface Source {
  organizationId: string
  owner: ChangeOwner
}

/**
 * Finds the project or the organization, and checks that the caller may list its keys. The error is the same for every
 * id that the caller may not list.
 */
async function authorize(context: GraphContext, { projectId, organizationId }: Followed): Promise<Source> {
  if (context.access.actor.kind === 'ANONYMOUS') throw unauthenticated()
  if (projectId != null && organizationId == null) {
    const project = await findFollowedProject(context, projectId)
    if (project) return { organizationId: project.organizationId, owner: { projectId: project.id } }
    throw new RequestError('FORBIDDEN', 'This project does not exist, or you may not list its keys.')
  }
  if (organizationId != null && projectId == null) {
    const id = await findFollowedOrganization(context, organizationId)
    if (id) return { organizationId: id, owner: { organizationId: id } }
    throw new RequestError('FORBIDDEN', 'This organization does not exist, or you may not list its keys.')
  }
  throw new RequestError('BAD_REQUEST', 'Give either `projectId` or `organizationId`.')
}

async function pointOf(after: string | null | undefined, { runtime }: GraphContext): Promise<Point> {
  const read = await readCursor(after, runtime.changes)
  if ('problem' in read) throw new RequestError('BAD_REQUEST', `\`after\` ${read.problem}`)
  return read.point
}

/** Kinds of changes that can add or remove a role of the caller. */
const ROLE_KINDS: readonly ChangeKind[] = [
  'MEMBERSHIP_CHANGED',
  'SERVICE_ACCOUNT_CHANGED',
  'ORGANIZATION_CHANGED',
  'PROJECT_CHANGED',
]

/** Minimum interval between access checks that hidden events trigger, even if the stream reports no change of roles. */
const CHECK_HIDDEN_MS = 1_000

/**
 * Decides whether a hidden event triggers a check of the caller's access, because a new role may make it visible. In a
 * large organization, most events are hidden from most subscribers, and must not cost a statement.
 */
class HiddenEvents {
  readonly #isKey: boolean
  readonly #seesRoleChanges: boolean
  #rolesChanged = true
  #checkedAt = performance.now()

  constructor({ actor }: GraphContext['access'], owner: ChangeOwner) {
    // A key never sees another key.
    this.#isKey = actor.kind === 'API_KEY'
    // The changes of a project do not include those of its organization's members.
    this.#seesRoleChanges = 'organizationId' in owner
  }

  note({ kind }: Change): void {
    if (ROLE_KINDS.includes(kind)) this.#rolesChanged = true
  }

  noteCheck(): void {
    this.#rolesChanged = false
    this.#checkedAt = performance.now()
  }

  get needsCheck(): boolean {
    if (this.#isKey) return false
    return !this.#seesRoleChanges || this.#rolesChanged || performance.now() - this.#checkedAt >= CHECK_HIDDEN_MS
  }
}

async function* follow(context: GraphContext, followed: Followed, point: Point, signal: AbortSignal) {
  const { owner } = await authorize(context, followed)
  const hidden = new HiddenEvents(context.access, owner)
  for await (const change of context.runtime.changes.of(owner, point, signal)) {
    const { organizationId, projectId, subjectId } = change
    hidden.note(change)
    // An alert about a budget of an organization or a project does not concern a key.
    if (!KEY_KINDS.includes(change.kind) || organizationId === null || projectId === null) continue
    // Subscribers of an organization see the keys of their own projects, and a key sees only itself.
    const action = change.kind === 'BUDGET_ALERT' ? 'apiKey:readBudget' : 'apiKey:read'
    const isVisible = () => context.access.can(action, keyTarget({ id: subjectId, organizationId, projectId }))
    if (!isVisible() && !hidden.needsCheck) continue
    // If a role, a session or a key ended since the last event, the stream ends, too.
    hidden.noteCheck()
    const current = await context.refresh()
    await authorize(current, followed)
    context.access.renew(current.access.grants)
    // Look-ups cached for the last event may contain more than the caller may see now.
    context.grants.clearAll()
    context.users.forget()
    forgetStatements(context)
    if (isVisible()) yield change
  }
}

builder.prismaObjectField('Project', 'changeCursor', (t) =>
  t.string({
    nullable: true,
    description:
      'Cursor for `apiKeyChanges(after:)`. The stream then continues exactly from the state that this request reads. Visible to anyone who can list the keys. Others get null and a FORBIDDEN error.',
    ...guardField('apiKey:list', targetOf),
    resolve: (_project, _args, { changesSeen }) => encodeCursor(changesSeen),
  }),
)

builder.prismaObjectField('Organization', 'changeCursor', (t) =>
  t.string({
    description:
      'Cursor for `apiKeyChanges(after:)`. The stream then continues exactly from the state that this request reads. Use it with lists of keys of all projects.',
    resolve: (_organization, _args, { changesSeen }) => encodeCursor(changesSeen),
  }),
)

builder.subscriptionField('apiKeyChanges', (t) =>
  t.field({
    type: ApiKeyChange,
    description:
      'Streams changes to the keys of a project, or to all keys of an organization that you can read. Access is checked before every event. The stream ends when you lose access. A key receives only its own changes.',
    args: {
      projectId: t.arg.id({
        description: 'Id of the project, `prj_…`, whose keys you may list. Give either this or `organizationId`.',
      }),
      organizationId: t.arg.id({
        description: 'Id of the organization, `org_…`. Changes to keys that you may not read are not sent.',
      }),
      after: t.arg.string({
        description: `Cursor of the last change received, at most ${CHANGES_KEPT_DAYS} days old. Omitted: only new changes. See \`changeCursor\` of \`Project\` and \`Organization\`.`,
      }),
    },
    subscribe: async (_root, { after, ...followed }, context) => {
      const { organizationId } = await authorize(context, followed)
      const point = await pointOf(after, context)
      const end = context.runtime.streams.begin(context.access.actor, organizationId)
      return leavable((signal) => follow(context, followed, point, signal), end)
    },
    resolve: (change) => change,
  }),
)
