import type { Project } from '@keyward/prisma/generated/prisma/client'
import { RequestError, unauthenticated } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { CHANGES_KEPT_DAYS } from '../core/quotas.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { forgetStatements } from '../graphql/statements-plugin.ts'
import { targetOf, visibleProjects } from '../project/access.ts'
import { leavable } from '../write/leavable.ts'
import { encodeCursor, readCursor } from '../write/outbox/cursor.ts'
import type { Point } from '../write/outbox/history-sql.ts'
import { CHANGE_KINDS, type Change, type ChangeKind } from '../write/outbox/kinds.ts'
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
  API_KEY_PAUSED: 'The key was paused, or the end of its pause was moved.',
  API_KEY_RESUMED: 'The key was resumed. A pause that ends by itself sends nothing.',
  API_KEY_LEAKED: 'A secret of the key was reported as leaked.',
  BUDGET_ALERT:
    'Spending reached an alert threshold of one of the key’s budgets. Sent only to those who may read its budgets.',
}

const ApiKeyChangeKind = builder.enumType('ApiKeyChangeKind', {
  description: 'Kind of change to a key. More values may be added.',
  values: Object.fromEntries(KEY_KINDS.map((kind) => [kind, { description: DESCRIPTIONS[kind] ?? kind }])),
})

const ApiKeyChange = builder.objectRef<Change>('ApiKeyChange').implement({
  description: 'A change to a key of a project.',
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

/** Finds the project and makes sure that the caller may list its keys; the same answer for every id that it may not. */
async function authorize(context: GraphContext, projectId: string): Promise<Project> {
  const { access, runtime } = context
  if (access.actor.kind === 'ANONYMOUS') throw unauthenticated()
  const uuid = decodeId('Project', projectId)
  const project = uuid
    ? await runtime.database.prisma.project.findFirst({ where: { AND: [{ id: uuid }, visibleProjects(access)] } })
    : null
  if (!project || !access.can('apiKey:list', targetOf(project))) {
    throw new RequestError('FORBIDDEN', 'This project does not exist, or you may not list its keys.')
  }
  return project
}

async function pointOf(after: string | null | undefined, { runtime }: GraphContext): Promise<Point> {
  const read = await readCursor(after, runtime.changes)
  if ('problem' in read) throw new RequestError('BAD_REQUEST', `\`after\` ${read.problem}`)
  return read.point
}

async function* follow(context: GraphContext, projectId: string, point: Point, signal: AbortSignal) {
  const { id, organizationId } = await authorize(context, projectId)
  for await (const change of context.runtime.changes.ofProject(id, point, signal)) {
    if (!KEY_KINDS.includes(change.kind)) continue
    // A role, a session or a key may have ended since the last event: the stream ends with it.
    const current = await context.refresh()
    await authorize(current, projectId)
    context.access.renew(current.access.grants)
    // The last event's look-ups may show more than the caller may see now.
    context.grants.clearAll()
    context.users.forget()
    forgetStatements(context)
    // A key may list the keys of its project but sees only itself, so it receives only its own changes.
    const action = change.kind === 'BUDGET_ALERT' ? 'apiKey:readBudget' : 'apiKey:read'
    if (!context.access.can(action, keyTarget({ id: change.subjectId, organizationId, projectId: id }))) continue
    yield change
  }
}

builder.prismaObjectField('Project', 'changeCursor', (t) =>
  t.string({
    nullable: true,
    description:
      'Cursor for `apiKeyChanges(after:)` that continues exactly from the state this request reads. Visible to anyone who can list the keys; null with FORBIDDEN for others.',
    ...guardField('apiKey:list', targetOf),
    resolve: (_project, _args, { changesSeen }) => encodeCursor(changesSeen),
  }),
)

builder.subscriptionField('apiKeyChanges', (t) =>
  t.field({
    type: ApiKeyChange,
    description:
      'Streams changes to a project’s keys. Access is checked before every event; the stream ends once it is lost. Requires permission to list the keys; a key receives only its own changes.',
    args: {
      projectId: t.arg.id({ required: true, description: 'Id of the project, `prj_…`.' }),
      after: t.arg.string({
        description: `Cursor of the last change received, at most ${CHANGES_KEPT_DAYS} days old. Omitted: only new changes. See \`Project.changeCursor\`.`,
      }),
    },
    subscribe: async (_root, { projectId, after }, context) => {
      const { organizationId } = await authorize(context, projectId)
      const point = await pointOf(after, context)
      const end = context.runtime.streams.begin(context.access.actor, organizationId)
      return leavable((signal) => follow(context, projectId, point, signal), end)
    },
    resolve: (change) => change,
  }),
)
