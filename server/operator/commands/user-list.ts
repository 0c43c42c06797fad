import { encodeId } from '@keyward/schema/core/ids'
import { listUsers } from '@keyward/schema/user/list'
import { type ResultOptions, showList } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server user list`: one person per line, fields separated by tabs. */
export async function runUserList(options: ResultOptions): Promise<void> {
  const users = await withRuntime((runtime) => listUsers(runtime))
  const items = users.map(({ id, createdAt, ...rest }) => ({
    id: encodeId('User', id),
    ...rest,
    createdAt: createdAt.toISOString(),
  }))
  showList(options, items, {
    header: ['ID', 'EMAIL', 'NAME', 'ORGANIZATIONS', 'SESSIONS', 'CREATED'],
    none: 'There are no people yet. Create one: keyward-server user create EMAIL',
  })
}
