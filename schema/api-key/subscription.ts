import type { Project } from '@keyward/prisma/generated/prisma/client'
import { RequestError, unauthenticated } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { targetOf, visibleProjects } from '../project/access.ts'
import { leavable } from '../write/leavable.ts'
import { readCursor } from '../write/outbox/cursor.ts'
import { CHANGE_KINDS, type Change, type ChangeKind } from '../write/outbox/kinds.ts'
import { targetOf as keyTarget, visibleApiKeys } from './access.ts'
import { ApiKey } from './graph.ts'

const KEY_KINDS = CHANGE_KINDS.filter((kind) => kind.startsWith('API_KEY_') || kind === 'BUDGET_ALERT')

const DESCRIPTIONS: Partial<Record<ChangeKind, string>> = {
  API_KEY_CREATED: 'A key was created or imported.',
  API_KEY_UPDATED: 'Its name, tags, scopes, limits or expiration changed.',
  API_KEY_ROTATED: 'It has a new secret.',
  API_KEY_ROTATION_FINISHED: 'Its old secret stopped.',
  API_KEY_ROTATION_UNDONE: 'Its new secret was taken back.',
  API_KEY_REVOKED: 'It was revoked.',
  API_KEY_LEAKED: 'Its secret was reported to be in somebody else’s hands.',
  BUDGET_ALERT:
    'What was spent of one of its budgets reached a threshold, or the budget. For those who may read its budgets.',
}

const ApiKeyChangeKind = builder.enumType('ApiKeyChangeKind', {
  description: 'What happened to a key. The list may grow.',
  values: Object.fromEntries(KEY_KINDS.map((kind) => [kind, { description: DESCRIPTIONS[kind] ?? kind }])),
})

const ApiKeyChange = builder.objectRef<Change>('ApiKeyChange').implement({
  description: 'Something that happened to a key of a project.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Its place among all changes: give it as `after` to go on from here.',
      resolve: ({ position }) => position.toString(),
    }),
    kind: t.field({ type: ApiKeyChangeKind, description: 'What happened.', resolve: ({ kind }) => kind }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    apiKey: t.prismaField({
      type: ApiKey,
      nullable: true,
      description: 'The key as it is now; null where you may not see it.',
      resolve: (query, { subjectId }, _args, { access, runtime }) =>
        runtime.database.prisma.apiKey.findFirst({
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
    throw new RequestError('FORBIDDEN', 'There is no such project, or you may not list its keys.')
  }
  return project
}

async function positionOf(after: string | null | undefined, { runtime }: GraphContext): Promise<bigint> {
  const read = await readCursor(after, runtime.changes)
  if ('problem' in read) throw new RequestError('BAD_REQUEST', `\`after\` ${read.problem}`)
  return read.position
}

async function* follow(context: GraphContext, projectId: string, position: bigint, signal: AbortSignal) {
  const { id, organizationId } = await authorize(context, projectId)
  for await (const change of context.runtime.changes.ofProject(id, position, signal)) {
    if (!KEY_KINDS.includes(change.kind)) continue
    // A role, a session or a key may have ended since the last event: the stream ends with it.
    const current = await context.refresh()
    await authorize(current, projectId)
    context.access.renew(current.access.grants)
    // What was looked up for the last event was what could be seen then.
    context.grants.clearAll()
    context.users.forget()
    // A key may list the keys of its project, and sees itself alone: it is not told of the others either.
    const action = change.kind === 'BUDGET_ALERT' ? 'apiKey:readBudget' : 'apiKey:read'
    if (!context.access.can(action, keyTarget({ id: change.subjectId, organizationId, projectId: id }))) continue
    yield change
  }
}

builder.prismaObjectField('Project', 'changeCursor', (t) =>
  t.string({
    nullable: true,
    description:
      'Where `apiKeyChanges` goes on from what this request reads: give it as `after`, and no change falls between the two. For those who may list the keys; null, with FORBIDDEN, to others.',
    ...guardField('apiKey:list', targetOf),
    resolve: (_project, _args, { changesSeen }) => changesSeen.toString(),
  }),
)

builder.subscriptionField('apiKeyChanges', (t) =>
  t.field({
    type: ApiKeyChange,
    description:
      'A project’s keys as they change. Authorized again before every event, and ended when that fails. For those who may list the keys; a key is told of itself alone.',
    args: {
      projectId: t.arg.id({ required: true, description: 'The project, `prj_…`.' }),
      after: t.arg.string({
        description:
          'The cursor of the last change that was seen, at most 30 days old; from now on if not given. See `Project.changeCursor`.',
      }),
    },
    subscribe: async (_root, { projectId, after }, context) => {
      await authorize(context, projectId)
      const position = await positionOf(after, context)
      const end = context.runtime.streams.begin(context.access.actor)
      return leavable((signal) => follow(context, projectId, position, signal), end)
    },
    resolve: (change) => change,
  }),
)
