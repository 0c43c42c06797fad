import { decodeId } from '../../../schema/core/ids.ts'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, createProject } from '../../infra/world.ts'

/** An organization whose Owner reads lists. */
export interface Setting extends TestApp {
  owner: Client & { email: string }
  organizationId: string
  /** A unique name. */
  name(what: string): string
  newProject(): Promise<string>
  newOrganization(): Promise<string>
  /** Runs SQL on the keys of a project, which is the first parameter. */
  ofKeys(projectId: string, sql: string): Promise<void>
}

export async function startSetting(): Promise<Setting> {
  const app = await startApp({ environment: { KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow' } })
  const owner = await app.signUp('Owner')
  const { id: organizationId } = await createOrganization(owner, 'Acme')
  let named = 0
  const name = (what: string): string => {
    named += 1
    return `${what} ${named}`
  }
  return {
    ...app,
    owner,
    organizationId,
    name,
    newProject: () => createProject(owner, organizationId, name('Project')),
    newOrganization: async () => (await createOrganization(owner, name('Organization'))).id,
    async ofKeys(projectId, sql) {
      await app.database.sql(sql, [decodeId('Project', projectId)])
    },
  }
}

/** The direction of reading: from the start or from the end. */
export type Way = 'first' | 'last'

/** The arguments for a page of a size, after a cursor. For null, the first page. */
export const pageArguments = (way: Way, size: number, cursor: string | null): string =>
  `${way}: ${size}${cursor === null ? '' : `, ${way === 'first' ? 'after' : 'before'}: "${cursor}"`}`

/** The selection of every page. */
export const pageSelection = (row: string): string =>
  `{ nodes { ${row} } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`

/** Whether there is another page in this direction, and its cursor. */
export const onward = (way: Way, { pageInfo }: Json): { more: boolean; cursor: string | null } =>
  way === 'first'
    ? { more: pageInfo.hasNextPage, cursor: pageInfo.endCursor }
    : { more: pageInfo.hasPreviousPage, cursor: pageInfo.startCursor }

/** Reads a list page by page and returns its rows in the order of the list. */
export async function readAll(
  way: Way,
  size: number,
  read: (args: string) => Promise<Json>,
  seen: (row: Json) => Promise<unknown> = async () => {},
): Promise<Json[]> {
  const rows: Json[] = []
  let cursor: string | null = null
  for (let more = true; more; ) {
    const page: Json = await read(pageArguments(way, size, cursor))
    if (way === 'first') rows.push(...page.nodes)
    else rows.unshift(...page.nodes)
    for (const row of page.nodes) await seen(row)
    ;({ more, cursor } = onward(way, page))
  }
  return rows
}
