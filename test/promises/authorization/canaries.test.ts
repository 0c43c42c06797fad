import { getNamedType, isAbstractType, isCompositeType, isLeafType, isObjectType, isRequiredArgument } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import type { Client } from '../../infra/app.ts'
import { ASKERS, REFUSED, type Setting, startSetting } from './setting.ts'
import { LETTERS, NODES } from './table.ts'

/*
 * Reads everything that an actor can reach from `viewer`, by any path and at any depth, and searches it for strings of
 * the other tenant. Failed when `visibleProjects` returned every project.
 */

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
  const { foreignOwner } = setting.askers
  await foreignOwner.mutate('apiKeyCreate', { projectId: setting.world.ids.foreign.project, name: 'elsewhere-canary' })
})
afterAll(() => setting?.world.close())

/** Selects all fields of a type: leaves directly, objects with an id by their id, other objects in full. */
function selectionOf(name: string): string {
  const type = schema.getType(name)
  if (isAbstractType(type)) return '__typename ... on Node { id }'
  if (!isObjectType(type)) throw new Error(`${name} has no fields`)
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type)
    // viewerCan requires one of two arguments.
    if (field.args.some(isRequiredArgument) || ['edges', 'viewerCan'].includes(field.name)) return []
    if (isLeafType(inner)) return [field.name]
    if (!isCompositeType(inner)) return []
    const args = field.args.some((argument) => argument.name === 'first') ? '(first: 100)' : ''
    return [`${field.name}${args} { ${NODES[inner.name] ? 'id' : selectionOf(inner.name)} }`]
  })
  return fields.join(' ')
}

const ID = /"((?:[a-z]{3})_[0-9a-hjkmnp-tv-z]{26})"/g
const TYPES: Record<string, string> = {
  org: 'Organization',
  prj: 'Project',
  key: 'ApiKey',
  lgk: 'LegacyKey',
  usr: 'User',
  svc: 'ServiceAccount',
  mem: 'Member',
  col: 'Collaborator',
  inv: 'Invitation',
  own: 'OwnershipOffer',
  aud: 'AuditEvent',
  res: 'Resource',
  mdl: 'Model',
  gtw: 'Gateway',
  whk: 'Webhook',
}

/** Follows ids until no new one appears. */
async function crawl(client: Client): Promise<string> {
  const seen = new Set<string>()
  let text = ''
  const take = ({ data, errors }: Awaited<ReturnType<Client['ask']>>): string[] => {
    // A role hides guarded fields. Any other rejection would be the second lock, which hides an open first one.
    expect(
      errors?.filter(({ extensions }) => extensions.code !== 'FORBIDDEN' || !('action' in extensions)) ?? [],
    ).toEqual([])
    const answer = JSON.stringify(data)
    text += answer
    const ids = [...answer.matchAll(ID)].flatMap((match) => match[1] ?? [])
    return [...new Set(ids)].filter((id) => !seen.has(id))
  }
  let found = take(await client.ask(`{ viewer { ${selectionOf('Viewer')} } }`))
  while (found.length > 0) {
    const next: string[] = []
    for (const id of found) seen.add(id)
    for (const [prefix, type] of Object.entries(TYPES)) {
      const ids = found.filter((id) => id.startsWith(prefix)).slice(0, 100)
      if (ids.length === 0) continue
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on ${type} { ${selectionOf(type)} } } }`
      next.push(...take(await client.ask(query, { ids })))
    }
    found = [...new Set(next)].filter((id) => !seen.has(id))
  }
  return text
}

const OURS = /World|Production|Research|Canary|canary-guest|"(live|expired|revoked|other)"/
const THEIRS = /Elsewhere|elsewhere|Canary foreignOwner/

test.each(ASKERS.filter((asker) => !REFUSED.includes(asker)))(
  '%s can read no string of another tenant through any field',
  async (asker) => {
    const text = await crawl(setting.askers[asker])
    if (LETTERS[asker] === '') {
      // A caller without a role in the world sees only themselves.
      expect(text.replaceAll(/Canary (foreignOwner|former)/g, 'oneself').replaceAll('canary-', '')).not.toMatch(OURS)
    } else {
      expect(text).not.toMatch(THEIRS)
      expect(text).toMatch(OURS)
    }
  },
)
