import { GraphQLError, Kind, type ValueNode } from 'graphql'
import { builder } from './builder.ts'

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

/** The error of an invalid value. `node` is the position of the value in the document. */
const wrong = (message: string, node?: ValueNode): GraphQLError => new GraphQLError(message, { nodes: node ?? null })

function parseDateTime(value: unknown, node?: ValueNode): Date {
  if (typeof value !== 'string' || !RFC_3339.test(value)) {
    throw wrong('A DateTime must be an RFC 3339 string with a time zone, such as "2027-01-31T12:00:00Z".', node)
  }
  const date = new Date(value)
  // Date turns 30 February into March: only existing days keep their number.
  const day = Number(value.slice(8, 10))
  const local = new Date(`${value.slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || local.getUTCDate() !== day) {
    throw wrong('This date or time does not exist. Use a day of the calendar and a time before 24:00.', node)
  }
  // PostgreSQL has no year 0, and RFC 3339 ends with year 9999.
  if (date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) {
    throw wrong('A DateTime must be in the years 1 to 9999, in UTC.', node)
  }
  return date
}

builder.scalarType('DateTime', {
  description:
    'Date and time in RFC 3339. Output is in UTC with milliseconds: `2027-01-31T12:00:00.000Z`. Input may use any time zone.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => parseDateTime(value),
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : null, node),
})

function parseBigInt(value: unknown, node?: ValueNode): bigint {
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) {
    throw wrong('A BigInt must be a whole number of at most 19 digits, as a string.', node)
  }
  return BigInt(value)
}

builder.scalarType('BigInt', {
  description: 'Integer that can exceed 32 bits, encoded as a decimal string.',
  serialize: (value) => value.toString(),
  parseValue: (value) => parseBigInt(value),
  parseLiteral: (node) => parseBigInt(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : null, node),
})

function parseDecimal(value: unknown, node?: ValueNode): string {
  if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,9})?$/.test(value)) {
    throw wrong(
      'A Decimal must be a string such as "0.88": at most 15 digits before the point and 9 after it, without an exponent.',
      node,
    )
  }
  return value
}

builder.scalarType('Decimal', {
  description: 'Exact decimal number, encoded as a string without an exponent: `"0.88"`.',
  serialize: (value) => value,
  parseValue: (value) => parseDecimal(value),
  parseLiteral: (node) => parseDecimal(node.kind === Kind.STRING ? node.value : null, node),
})
