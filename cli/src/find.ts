import type { ApiKey, Keyward, List } from '@keyward/sdk'
import { CommandError, EXIT_CODES, UsageError } from './exit-codes.ts'

const PAGE = 100

/** An object with an id and a name. */
interface Named {
  readonly id: string
  readonly name: string
}

const isId = (prefix: string, text: string): boolean => new RegExp(`^${prefix}_[0-9a-z]{26}$`).test(text)

/** Returns the items of all pages, or only the first ones up to a limit. */
export async function all<Item>(list: List<Item>, limit = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const items: Item[] = []
  if (limit === 0) return items
  for await (const item of list) {
    items.push(item)
    if (items.length >= limit) break
  }
  return items
}

/** Parses `--limit`. Undefined means no limit. */
export function parseLimit(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('--limit takes a number from 1.')
  return text === undefined ? undefined : Number(text)
}

const listed = (found: readonly Named[]): string => found.map(({ id, name }) => `  ${id}  ${name}`).join('\n')

const unknown = (what: string, name: string, more: string): CommandError =>
  new CommandError(`There is no ${what} called "${name}", or you may not see it. ${more}`, EXIT_CODES.notFound)

const comparable = (name: string): string => name.normalize('NFKC').toLowerCase().trim()

/** Whether the server considers two key names equal. It ignores case and width. */
const isSameName = (one: string, other: string): boolean => comparable(one) === comparable(other)

/**
 * Returns the only object with the given name. Throws if several objects have it. If none has it, suggests an object
 * from `others` whose name differs only in case.
 */
function onlyOne<Item extends Named>(
  found: readonly Item[],
  others: readonly Named[],
  what: string,
  name: string,
  more: string,
): Item {
  const [first, second] = found
  if (!first) {
    const near = others.find((other) => isSameName(other.name, name))
    throw unknown(what, name, near ? `Did you mean "${near.name}"? ${more}` : more)
  }
  if (second) {
    throw new UsageError(`More than one ${what} is called "${name}". Use the id of one of them:\n${listed(found)}`)
  }
  return first
}

/** Returns a list's only object, for commands that do not name one. */
function theOnly(found: readonly Named[], what: string, option: string): Named {
  const [first, second] = found
  if (!first) throw new CommandError(`No ${what} is visible to you.`, EXIT_CODES.notFound)
  if (second) throw new UsageError(`You have more than one ${what}. Choose one with ${option}:\n${listed(found)}`)
  return first
}

/** Finds an organization's id by its id or name. If neither is given, returns the only organization. */
export async function findOrganization(client: Keyward, given: string | undefined): Promise<string> {
  if (given !== undefined && isId('org', given)) return given
  const organizations = await all(client.organizations.list({ pageSize: PAGE }))
  if (given === undefined) return theOnly(organizations, 'organization', '--organization').id
  const found = organizations.filter(({ name }) => name === given)
  return onlyOne(found, organizations, 'organization', given, 'See: keyward organizations list').id
}

/**
 * Finds a project's id by its id or name, optionally within an organization. If neither is given, returns the only
 * project.
 */
export async function findProject(
  client: Keyward,
  given: string | undefined,
  organizationId?: string,
): Promise<string> {
  if (given !== undefined && isId('prj', given) && organizationId === undefined) return given
  const visible = await all(client.viewer.projects({ pageSize: PAGE }))
  const projects = visible.filter(({ organization }) => [undefined, organization.id].includes(organizationId))
  if (given === undefined) return theOnly(projects, 'project', '--project').id
  const found = projects.filter(({ id, name }) => id === given || name === given)
  const where = organizationId === undefined ? '' : ` --organization ${organizationId}`
  return onlyOne(found, projects, 'project', given, `See: keyward projects list${where}`).id
}

/**
 * Finds the id of a member of a project's organization: a person by e-mail address or name, a service account by name.
 */
export async function findPrincipal(
  client: Keyward,
  given: string,
  findItsProject: () => Promise<string>,
): Promise<string> {
  if (['mem', 'usr', 'svc'].some((prefix) => isId(prefix, given))) return given
  const { organization } = await client.projects.get(await findItsProject())
  const members = await all(client.members.list({ organizationId: organization.id, pageSize: PAGE }))
  const principals = members.map(({ principal }) => principal)
  const found = principals.filter(
    (principal) => principal.name === given || ('email' in principal && principal.email === given),
  )
  return onlyOne(found, principals, 'member', given, `See: keyward members list --organization ${organization.id}`).id
}

/** Finds an archived project's id by its id or name. */
export async function findArchivedProject(
  client: Keyward,
  given: string,
  organization: string | undefined,
): Promise<string> {
  if (isId('prj', given)) return given
  const organizationId = await findOrganization(client, organization)
  const projects = await all(client.projects.list({ organizationId, includeArchived: true, pageSize: PAGE }))
  const found = projects.filter(({ name }) => name === given)
  const archived = found.filter(({ archivedAt }) => archivedAt !== null)
  // For a project that is not archived, the server rejects the change and gives the reason.
  return onlyOne(
    archived.length > 0 ? archived : found,
    projects,
    'project',
    given,
    'See: keyward projects list --archived',
  ).id
}

/** Finds a key by its id, or by its name within a project. */
export async function findKey(client: Keyward, given: string, project: string | undefined): Promise<ApiKey> {
  if (isId('key', given)) return client.apiKeys.get(given)
  const projectId = await findProject(client, project)
  const keys = await all(client.apiKeys.list({ projectId, filter: { search: given }, pageSize: PAGE }))
  const named = keys.filter(({ name }) => isSameName(name, given))
  // Names are unique only among a project's live keys. An expired key can become live again, but a revoked key cannot.
  const live = named.filter(({ status }) => status !== 'EXPIRED' && status !== 'REVOKED')
  const expired = named.filter(({ status }) => status === 'EXPIRED')
  const found = [live, expired].find(({ length }) => length > 0) ?? named
  return onlyOne(found, [], 'key', given, 'See: keyward keys list')
}

/** Finds a key's id by the id itself, or by its name within a project. */
export async function findKeyId(client: Keyward, given: string, project: string | undefined): Promise<string> {
  return isId('key', given) ? given : (await findKey(client, given, project)).id
}
