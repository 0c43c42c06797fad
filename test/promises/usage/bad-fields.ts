import { type GraphQLInputObjectType, getNamedType, isInputObjectType } from 'graphql'
import { schema } from '../../../schema/graph.ts'
import type { Json } from '../../infra/app.ts'

/** A value that a field of a usage event must not have. */
export interface BadValue {
  /** The path of the field: `units.0.quantity`. */
  field: string
  value: Json
  /** Why the server rejects the event. */
  code: string
}

const EVENT = schema.getType('UsageEventInput') as GraphQLInputObjectType

/** The paths of the fields of a usage event, from the built schema. */
export const FIELDS = fieldsOf(EVENT, '')

function fieldsOf(type: GraphQLInputObjectType, prefix: string): string[] {
  return Object.values(type.getFields()).flatMap(({ name, type: of }) => {
    const inner = getNamedType(of)
    return [prefix + name, ...(isInputObjectType(inner) ? fieldsOf(inner, `${prefix}${name}.0.`) : [])]
  })
}

const WRONG = [{ nonsense: 1 }, ['a', 'b'], true]

const key = (letter: string) => `key_${letter.repeat(26)}`
const project = 'prj_01kb0000000000000000000000'

/** Bad values of each field. A value of a wrong type is bad in every field. */
const BAD: Record<string, { invalid: Json[]; others?: [value: Json, code: string][] }> = {
  eventId: { invalid: ['', 'with space', 'x'.repeat(129), 'ümlaut', 5] },
  credentialId: {
    invalid: [],
    others: [
      [key('0'), 'UNKNOWN_CREDENTIAL'],
      ['nonsense', 'UNKNOWN_CREDENTIAL'],
      ['', 'UNKNOWN_CREDENTIAL'],
    ],
  },
  organizationId: { invalid: ['org_00000000000000000000000000', 'nonsense'] },
  projectId: { invalid: [project, 'nonsense'] },
  workload: { invalid: ['MINING', 'inference', '', 5] },
  model: {
    invalid: ['x'.repeat(201), 'a\u0000b', 5],
    others: [
      ['no/such', 'UNKNOWN_MODEL'],
      ['', 'UNKNOWN_MODEL'],
    ],
  },
  occurredAt: {
    invalid: ['yesterday', '2026-02-30T00:00:00Z', '', 1_700_000_000],
    others: [
      ['2020-01-01T00:00:00Z', 'TOO_OLD'],
      ['2099-01-01T00:00:00Z', 'IN_THE_FUTURE'],
    ],
  },
  ageSeconds: { invalid: [-1, 1.5, 1e9, '60', 2_592_001] },
  units: { invalid: ['INPUT_TOKENS', 5, [null], [5]] },
  'units.0.lineItem': { invalid: ['TOKENS', 'ADJUSTMENT', '', null, 5] },
  'units.0.quantity': { invalid: [-1, 1.5, '1.5', '1e3', 'NaN', '', '1000000000001', null] },
  cost: { invalid: ['1e-7', 'NaN', 'Infinity', '-1', '-0.1', '1000000000', '', 'free', '1,5', '0x1'] },
  reservation: { invalid: ['', 'rsv_unreadable', 'nonsense', 5] },
  consumer: { invalid: ['x'.repeat(129), 'a\u0000b', '\ud800', 5] },
  serviceTier: { invalid: ['GOLD', 'priority', '', 5] },
}

/** Fields with bad values in this file. */
export const KNOWN_FIELDS = Object.keys(BAD)

export const BAD_VALUES: BadValue[] = Object.entries(BAD).flatMap(([field, { invalid, others = [] }]) => [
  ...[...invalid, ...WRONG].map((value) => ({ field, value, code: 'INVALID' })),
  ...others.map(([value, code]) => ({ field, value, code })),
])

/** An event with a value in one of its fields. */
export function spoiled(event: Json, { field, value }: Pick<BadValue, 'field' | 'value'>): Json {
  const [name = '', , member] = field.split('.')
  if (member === undefined) return { ...event, [name]: value }
  return { ...event, [name]: [{ lineItem: 'IMAGES', quantity: '1', [member]: value }] }
}
