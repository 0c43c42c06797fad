import type { Database } from '@keyward/prisma/database'
import type { ApiKey, Prisma } from '@keyward/prisma/generated/prisma/client'
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { GraphQLResolveInfo } from 'graphql'
import type { GraphContext } from '../graphql/context.ts'

/*
 * Reads pages of keys in two statements, whatever the number of lists: the ids of each page, then the rows of all pages. In
 * one statement, the database would build every key of a project with everything that is selected of it, and sort that.
 */

/** The kind of row that a list of keys belongs to. */
type Owner = 'project' | 'organization'

type Query = Pick<
  Prisma.ApiKeyFindManyArgs,
  'where' | 'orderBy' | 'take' | 'skip' | 'cursor' | 'select' | 'include' | 'omit'
>

interface Page {
  ownerId: string
  query: Query
}

async function readPages({ prisma }: Database, owner: Owner, pages: readonly Page[]): Promise<ApiKey[][]> {
  const [first] = pages
  if (first === undefined) return []
  const { select: _select, include: _include, omit: _omit, ...page } = first.query
  const { where: _where, orderBy: _orderBy, take: _take, skip: _skip, cursor: _cursor, ...columns } = first.query
  const query = {
    where: { id: { in: pages.map(({ ownerId }) => ownerId) } },
    select: { id: true, apiKeys: { ...page, select: { id: true } } },
  } satisfies Prisma.ProjectFindManyArgs & Prisma.OrganizationFindManyArgs
  const owners = owner === 'project' ? await prisma.project.findMany(query) : await prisma.organization.findMany(query)
  const idsOf = new Map(owners.map(({ id, apiKeys }) => [id, apiKeys.map((key) => key.id)]))
  const ids = [...idsOf.values()].flat()
  const rows = await prisma.apiKey.findMany({ ...columns, where: { id: { in: ids } } })
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  return pages.map(({ ownerId }) => (idsOf.get(ownerId) ?? []).flatMap((id) => rowOf.get(id) ?? []))
}

/** The lists that one field of an operation reads: they differ only in their owner. */
const loaders = createContextCache(
  (_context: GraphContext) => new WeakMap<GraphQLResolveInfo['fieldNodes'], DataLoader<Page, ApiKey[]>>(),
)

/** Reads a page of the keys of a project or an organization, together with those of its siblings in the operation. */
export function readKeyPage(
  owner: Owner,
  ownerId: string,
  query: Query,
  context: GraphContext,
  { fieldNodes }: GraphQLResolveInfo,
): Promise<ApiKey[]> {
  const known = loaders(context)
  const loader =
    known.get(fieldNodes) ??
    new DataLoader<Page, ApiKey[]>((pages) => readPages(context.runtime.database, owner, pages), { cache: false })
  known.set(fieldNodes, loader)
  return loader.load({ ownerId, query })
}
