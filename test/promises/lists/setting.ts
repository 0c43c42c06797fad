import { decodeId } from '../../../schema/core/ids.ts'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, createProject } from '../../infra/world.ts'

/** An organization whose Owner reads lists. */
export interface Setting extends TestApp {
  owner: Client & { email: string }
  organizationId: string
  /** A name that nothing else here has. */
  name(what: string): string
  newProject(): Promise<string>
  newOrganization(): Promise<string>
  /** Runs SQL about the keys of a project, which is its first parameter. */
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

/** Which way a list is read: from its front, or from its end. */
export type Way = 'first' | 'last'

/** The arguments of the page of a size next to a cursor; of the first one for null. */
export const pageArguments = (way: Way, size: number, cursor: string | null): string =>
  `${way}: ${size}${cursor === null ? '' : `, ${way === 'first' ? 'after' : 'before'}: "${cursor}"`}`

/** What is read of every page. */
export const pageSelection = (row: string): string =>
  `{ nodes { ${row} } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`

/** Whether there is more that way, and the cursor to go on from. */
export const onward = (way: Way, { pageInfo }: Json): { more: boolean; cursor: string | null } =>
  way === 'first'
    ? { more: pageInfo.hasNextPage, cursor: pageInfo.endCursor }
    : { more: pageInfo.hasPreviousPage, cursor: pageInfo.startCursor }

/** Reads a list page by page, and tells its rows in the order of the list. */
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
