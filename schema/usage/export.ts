import { formatUsd } from '@keyward/engine/money'
import { ForbiddenError, RequestError } from '../core/errors.ts'
import { type Action, rolesFor, type Target } from '../core/policy.ts'
import type { GraphContext } from '../graphql/context.ts'
import { findOrganization, targetOf as organizationTarget } from '../organization/access.ts'
import { findProject, targetOf as projectTarget } from '../project/access.ts'
import { bucketsOf } from './buckets.ts'
import { withStoredConsumers } from './consumers/filter.ts'
import { findInexact } from './inexact.ts'
import { namesOf, type SumNames } from './names.ts'
import { type Question, readQuestion, type ScopeKind } from './question.ts'
import { pageUsage, requestsOf, type Sum } from './sums.ts'

const PAGE = 2_000

/** One line of an export: a group of one bucket, with the names of its dimensions. */
export interface CostLine {
  start: Date
  end: Date
  sum: Sum
  names: SumNames
  requests: bigint
  /** In US dollars, as a decimal. */
  cost: string
}

/** All costs, page by page. */
export interface CostExport {
  question: Question
  pages(): AsyncGenerator<CostLine[]>
}

/** A request for the usage of one organization or one project. */
export interface ExportRequest {
  organizationId: string | null
  projectId: string | null
  input: object
}

interface Scope {
  kind: ScopeKind
  id: string
  action: Action
  target: Target
  organizationId: string
}

async function findScope(context: GraphContext, { organizationId, projectId }: ExportRequest): Promise<Scope> {
  if (organizationId !== null && projectId === null) {
    const action = 'usage:readOrganization'
    const organization = await findOrganization(context, organizationId)
    return allowed(context, {
      kind: 'ORGANIZATION',
      id: organization.id,
      action,
      target: organizationTarget(organization),
      organizationId: organization.id,
    })
  }
  if (projectId === null || organizationId !== null) {
    throw new RequestError('BAD_REQUEST', 'Give either `organizationId` or `projectId`.')
  }
  const action = 'usage:readProject'
  const project = await findProject(context, projectId)
  const { id, organizationId: owner } = project
  return allowed(context, { kind: 'PROJECT', id, action, target: projectTarget(project), organizationId: owner })
}

function allowed({ access }: GraphContext, scope: Scope): Scope {
  access.require(scope.action, scope.target)
  return scope
}

/** Finds the scope of an export and authorizes the caller. Nothing is read before the pages are requested. */
export async function openExport(context: GraphContext, request: ExportRequest): Promise<CostExport> {
  const scope = await findScope(context, request)
  const asked = readQuestion(request.input)
  const question = await withStoredConsumers(context.runtime.database, [scope.organizationId], asked)
  const inexact = (await findInexact(context.runtime.database, [scope.organizationId], question)).get(
    scope.organizationId,
  )
  if (inexact) throw inexact
  return { question, pages: () => pagesOf(context, scope, question) }
}

/** Reads day by day (by MONTH month by month) and in pages, so that neither the database nor this process holds everything at once. */
async function* pagesOf(context: GraphContext, { kind, id, action, target }: Scope, question: Question) {
  let current = context
  let isTold = false
  const ends = new Map(bucketsOf(question).map(({ start, end }) => [start.getTime(), end]))
  const slices = bucketsOf(question.granularity === 'HOUR' ? { ...question, granularity: 'DAY' } : question)
  for (const { start, end } of slices) {
    const from = new Date(Math.max(start.getTime(), question.from.getTime()))
    const to = new Date(Math.min(end.getTime(), question.to.getTime()))
    const slice = { ...question, from, to }
    for (let after: string | null = ''; after !== null; ) {
      // A caller who loses the role during the export gets no further rows.
      if (isTold) {
        current = await current.refresh()
        if (!current.access.can(action, target)) throw new ForbiddenError(action, rolesFor(action))
      }
      const page: { sums: Sum[]; end: string | null } = await pageUsage(current.runtime.database, kind, id, slice, {
        after,
        limit: PAGE,
      })
      after = page.end
      if (page.sums.length === 0) continue
      const nameOf = await namesOf(current, page.sums)
      yield page.sums.map((sum) => ({
        start: sum.start,
        end: ends.get(sum.start.getTime()) ?? to,
        sum,
        names: nameOf(sum),
        requests: requestsOf(sum, question),
        cost: formatUsd(sum.nanos),
      }))
      isTold = true
    }
  }
}
