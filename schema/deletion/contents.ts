import { createContextCache } from '@pothos/core'
import { Loader } from '../core/loader.ts'
import type { GraphContext } from '../graphql/context.ts'
import { type CountsRow, countOfOrganizations, countOfProjects, type Reader, type Scope } from './sql.ts'

/** The contents of an organization or a project, which its deletion deletes. */
export interface Contents {
  projects: number
  apiKeys: number
  members: number
  collaborators: number
  serviceAccounts: number
  resources: number
  models: number
  webhooks: number
}

const contentsFrom = ({ scope_id: _, api_keys, service_accounts, ...rest }: CountsRow): Contents => ({
  ...rest,
  apiKeys: api_keys,
  serviceAccounts: service_accounts,
})

const NONE: Contents = {
  projects: 0,
  apiKeys: 0,
  members: 0,
  collaborators: 0,
  serviceAccounts: 0,
  resources: 0,
  models: 0,
  webhooks: 0,
}

const countFor = (column: Scope['column']) => (column === 'organization_id' ? countOfOrganizations : countOfProjects)

/** Counts the contents of one organization or project. */
export async function countContents(tx: Reader, { column, id }: Scope): Promise<Contents> {
  const [row] = await countFor(column)(tx, [id])
  return row ? contentsFrom(row) : NONE
}

const loaderFor = (column: Scope['column']) =>
  createContextCache(
    ({ runtime }: GraphContext) =>
      new Loader<string, Contents>(runtime.database, async (ids) => {
        const rows = await countFor(column)(runtime.database.prisma, ids)
        const found = new Map(rows.map((row) => [row.scope_id, contentsFrom(row)]))
        return ids.map((id) => found.get(id) ?? NONE)
      }),
  )

/** Counts the contents of a request's organizations or projects by one statement. */
export const contentsOfOrganizations = loaderFor('organization_id')
export const contentsOfProjects = loaderFor('project_id')
