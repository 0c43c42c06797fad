import { getNamedType, isObjectType, isUnionType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { schema } from '../../../schema/graph.ts'
import { startWorld, type World } from '../../infra/world.ts'
import { addThings, FOR_GATEWAYS, type Things, validInputs } from '../bad-input/valid-inputs.ts'

let world: World
let things: Things
beforeAll(async () => {
  world = await startWorld()
  things = await addThings(world)
})
afterAll(() => world?.close())

/** Selects every field of a payload that needs no arguments; of objects, their type. */
function payloadSelection(name: string): string {
  const result = getNamedType(schema.getMutationType()?.getFields()[name]?.type)
  if (!isUnionType(result)) return '__typename'
  const payload = result.getTypes().find((type) => type.name.endsWith('Payload'))
  const fields = Object.values(payload?.getFields() ?? {}).filter(({ args }) => args.length === 0)
  const selected = fields.map((field) => {
    const type = getNamedType(field.type)
    return isObjectType(type) ? `${field.name} { __typename ${type.getFields().id ? 'id' : ''} }` : field.name
  })
  return `__typename ... on ${payload} { ${selected.join(' ')} }`
}

// Failed while a payload was read with the roles after the mutation: the key existed, and its secret was not shown.
test('a caller who is removed while their change commits can still read its payload', async () => {
  const user = decodeId('User', world.ids.user.admin ?? '')
  const organization = decodeId('Organization', world.ids.organization)
  const member = await world.database.sql<{ row: object }>(
    'SELECT to_jsonb(m) AS row FROM member m WHERE user_id = $1 AND organization_id = $2',
    [user, organization],
  )
  // The row of the audit log is the last thing that a change writes, after the roles were checked.
  await world.database.sql(`CREATE FUNCTION end_role() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN DELETE FROM member WHERE user_id = '${user}' AND organization_id = '${organization}'; RETURN NULL; END $$`)
  // Revoked keys accept no other change, so these come last.
  const ending = ['apiKeyReportLeaked', 'apiKeyRevoke']
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {})
    .filter((name) => !FOR_GATEWAYS.includes(name))
    .sort((a, b) => ending.indexOf(a) - ending.indexOf(b))
  const inputs = validInputs(world, things)
  const done: string[] = []
  for (const name of mutations) {
    // These end roles of the caller or of others, or are for the Owner or the invited person.
    if (['memberRemove', 'memberRoleSet', 'collaboratorRemove', 'collaboratorRoleSet'].includes(name)) continue
    await world.database.sql(`CREATE TRIGGER end_role AFTER INSERT ON audit_event EXECUTE FUNCTION end_role()`)
    const query = `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${payloadSelection(name)} } }`
    const { data, errors } = await world.as.admin.ask(query, { input: inputs[name] })
    await world.database.sql('DROP TRIGGER end_role ON audit_event')
    expect(errors, name).toBeUndefined()
    if (data[name].__typename.endsWith('Payload')) done.push(name)
    await world.database.sql(
      'INSERT INTO member SELECT * FROM jsonb_populate_record(NULL::member, $1) ON CONFLICT DO NOTHING',
      [member[0]?.row],
    )
  }
  expect(done).toEqual(
    expect.arrayContaining(['apiKeyCreate', 'apiKeyRotate', 'projectCreate', 'serviceAccountCreate']),
  )
  expect(done.length).toBeGreaterThan(20)
})
