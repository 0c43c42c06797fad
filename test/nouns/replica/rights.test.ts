import { getNamedType, isCompositeType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { schema } from '../../../schema/graph.ts'
import { type Asked, type Replicated, startReplicated } from '../../infra/replicated.ts'
import { buildWorldOn } from '../../infra/world.ts'
import { INPUTS } from '../../promises/authorization/mutations.ts'
import { type Setting, startSetting } from '../../promises/authorization/setting.ts'
import { type Asker, MUTATIONS, NODES, names } from '../../promises/authorization/table.ts'

/*
 * Every type and field of the authorization table, read from a standby that has stopped replay before the caller's roles were
 * changed. The roles are changed in the primary's tables without an event, so that only their look-up can notice it.
 */

let world: Replicated
let setting: Setting
beforeAll(async () => {
  world = await startReplicated()
  setting = await startSetting(await buildWorldOn(world.apps[0]))
  await world.used()
})
afterAll(() => world?.close())

const uuid = (type: Parameters<typeof decodeId>[0], id: string | undefined): string => decodeId(type, id ?? '') ?? ''

const ask = (asker: Asker, query: string, variables: object): Promise<Asked> =>
  world.ask(0, setting.askers[asker].token, query, variables)

/** Waits until the replica has all that an asker may have changed or seen an event of, then stops replay. */
async function stopReplay(...askers: Asker[]): Promise<void> {
  await world.resume()
  const id = setting.samples.Organization
  for (const asker of askers) {
    const read = () => ask(asker, 'query ($id: ID!) { node(id: $id) { id } }', { id })
    await expect.poll(async () => (await read()).where).toEqual(['replica'])
  }
  await world.pause()
}

const DAYS = '(input: { from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" })'
const ARGUMENTS: Record<string, string> = {
  viewerCan: '(actions: [])',
  consumer: '(name: "ada")',
  costAnalytics: DAYS,
  usage: DAYS,
  denials: DAYS,
}

function selectionOf(type: string, field: string): string {
  const object = schema.getType(type)
  const definition = isObjectType(object) ? object.getFields()[field] : undefined
  if (!definition) throw new Error(`There is no ${type}.${field}`)
  return `${field}${ARGUMENTS[field] ?? ''}${isCompositeType(getNamedType(definition.type)) ? ' { __typename }' : ''}`
}

const everyField = Object.entries(NODES).flatMap(([type, { fields }]) =>
  Object.entries(fields).map(([field, row]) => ({ type, field, row })),
)

/** The outcome of reading a field, in one word. */
async function outcome(asker: Asker, type: string, field: string): Promise<string> {
  const query = `query ($id: ID!) { node(id: $id) { ... on ${type} { ${selectionOf(type, field)} } } }`
  const { data, errors, where } = await ask(asker, query, { id: setting.samples[type] })
  if (where.join() !== 'replica') return `read from: ${where}`
  if (errors) return errors.map(({ extensions }) => extensions.code).join()
  return data.node === null ? 'NOTHING' : data.node[field] === null ? 'NULL' : 'VALUE'
}

describe('roles that a lagging replica still has', () => {
  // Failed while roles were read where the rows are.
  test('show an ADMIN who became a MEMBER no more than another MEMBER sees, in every field', async () => {
    await stopReplay('admin', 'member')
    const member = uuid('Member', setting.world.ids.member.admin)
    await world.behind.sql(`UPDATE member SET role = 'MEMBER' WHERE id = $1`, [member])
    const wrong: string[] = []
    for (const { type, field } of everyField) {
      const got = await outcome('admin', type, field)
      const expected = await outcome('member', type, field)
      if (got !== expected) wrong.push(`${type}.${field}: ${got}, expected ${expected}`)
    }
    expect(wrong).toEqual([])
    await world.behind.sql(`UPDATE member SET role = 'ADMIN' WHERE id = $1`, [member])
  })

  test('show nothing of the organization to people and service accounts whose roles ended', async () => {
    const askers: Asker[] = ['admin', 'projectAdmin', 'externalAdmin', 'externalMember', 'projectMemberAccount']
    await stopReplay(...askers)
    const organization = uuid('Organization', setting.samples.Organization)
    await world.behind.sql('CREATE TABLE ended AS SELECT * FROM collaborator')
    await world.behind.sql('DELETE FROM collaborator WHERE organization_id = $1', [organization])
    await world.behind.sql(`UPDATE member SET role = 'MEMBER' WHERE organization_id = $1 AND role = 'ADMIN'`, [
      organization,
    ])
    const wrong: string[] = []
    for (const asker of askers) {
      for (const type of Object.keys(NODES)) {
        const { data, where } = await ask(asker, 'query ($id: ID!) { node(id: $id) { id } }', {
          id: setting.samples[type],
        })
        const seen = names(NODES[type]?.readers ?? '', asker.startsWith('external') ? 'foreignOwner' : 'member')
        const isOwn = ['User', 'ServiceAccount', 'Member', 'OwnershipOffer', 'Model', 'PlaygroundModel'].includes(type)
        if (where.join() !== 'replica') wrong.push(`${asker} ${type}: read from ${where}`)
        else if (data.node !== null && !seen && !isOwn) wrong.push(`${asker} sees ${type}`)
      }
    }
    expect(wrong).toEqual([])
    await world.behind.sql('INSERT INTO collaborator SELECT * FROM ended ON CONFLICT DO NOTHING')
  })
})

/** The noted position of the Owner; 0 before the first change. */
async function ownersPosition(): Promise<bigint> {
  const [row] = await world.behind.sql<{ position: bigint }>(
    `SELECT p.position FROM write_position p JOIN member m ON m.user_id = p.principal_id WHERE m.id = $1`,
    [uuid('Member', setting.world.ids.member.owner)],
  )
  return BigInt(row?.position ?? 0)
}

// Failed without the note in schema/graphql/mutation.ts.
test.each(Object.entries(MUTATIONS).filter(([, { done }]) => names(done, 'owner')))(
  'the mutation %s records its position before it responds',
  async (name) => {
    const before = await ownersPosition()
    const { __typename: got } = await setting.world.as.owner.mutate(
      name,
      (await INPUTS[name]?.(setting.world, true)) ?? {},
    )
    expect(got).toMatch(/Payload$/)
    expect(await ownersPosition()).toBeGreaterThan(before)
  },
)
