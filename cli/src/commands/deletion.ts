import type { DeletionContents } from '@keyward/sdk'

/** The option of commands that delete objects. */
export const CONFIRM = ['--confirm <name>', 'its name, to confirm the deletion; required outside a terminal'] as const

const WORDS = [
  ['projects', 'project', 'projects'],
  ['apiKeys', 'key', 'keys'],
  ['members', 'member', 'members'],
  ['collaborators', 'project role', 'project roles'],
  ['serviceAccounts', 'service account', 'service accounts'],
  ['resources', 'resource', 'resources'],
  ['models', 'model', 'models'],
  ['webhooks', 'webhook', 'webhooks'],
] as const

/** Describes what would be deleted: `2 projects, 1 key`. */
export function contentsText(contents: DeletionContents | null): string {
  if (!contents) return 'its contents'
  const parts = WORDS.filter(([field]) => contents[field] > 0).map(
    ([field, one, many]) => `${contents[field]} ${contents[field] === 1 ? one : many}`,
  )
  return parts.length > 0 ? parts.join(', ') : 'no contents'
}
