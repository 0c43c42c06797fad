import { encodeId } from '@keyward/schema/core/ids'
import { listOrganizations } from '@keyward/schema/organization/list'
import { type ResultOptions, showList } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server organization list`: one organization per line, fields separated by tabs. */
export async function runOrganizationList(options: ResultOptions): Promise<void> {
  const organizations = await withRuntime((runtime) => listOrganizations(runtime))
  const items = organizations.map(({ id, createdAt, ...rest }) => ({
    id: encodeId('Organization', id),
    ...rest,
    createdAt: createdAt.toISOString(),
  }))
  showList(options, items, {
    header: ['ID', 'NAME', 'OWNER', 'MEMBERS', 'PROJECTS', 'LIVE KEYS', 'CREATED'],
    none: 'There are no organizations yet. A person creates one in the console.',
  })
}
