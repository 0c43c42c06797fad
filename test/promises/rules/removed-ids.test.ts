import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { startWorld, type World } from '../../infra/world.ts'
import { addThings, type Things, validInputs } from '../bad-input/valid-inputs.ts'

/** These schedule a removal, or end something that can still be read. */
const NOT_REMOVED = ['organizationDelete']

const removing = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter(
  (name) => /(Remove|Delete)$/.test(name) && !NOT_REMOVED.includes(name),
)

let world: World
let things: Things
beforeAll(async () => {
  world = await startWorld()
  things = await addThings(world)
})
afterAll(() => world.close())

test('exactly seven mutations remove an object', () => {
  expect(removing).toHaveLength(7)
})

test.each(removing)('%s returns the id of the removed object', async (name) => {
  const input = {
    ...(validInputs(world, things)[name] as { id: string }),
    ...(name === 'projectDelete' ? { name: 'Archived' } : {}),
  }
  const answer = await world.as.owner.mutate(name, input, 'removedId')
  expect(answer).toEqual({ __typename: expect.stringMatching(/Payload$/), removedId: input.id })
  expect((await world.as.owner.ask('query ($id: ID!) { node(id: $id) { id } }', { id: input.id })).data.node).toBeNull()
})
