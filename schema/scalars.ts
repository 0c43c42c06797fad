import { GraphQLError, Kind } from 'graphql'
import { builder } from './builder.ts'

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

function parseDateTime(value: unknown): Date {
  if (typeof value !== 'string' || !RFC_3339.test(value)) {
    throw new GraphQLError('A DateTime is an RFC 3339 string with a time zone, such as "2027-01-31T12:00:00Z".')
  }
  const date = new Date(value)
  // Date rolls 30 February over to March: only a day that exists survives the way back.
  const day = Number(value.slice(8, 10))
  const local = new Date(`${value.slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || local.getUTCDate() !== day) {
    throw new GraphQLError('There is no such date or time.')
  }
  // PostgreSQL has no year 0, and beyond 9999 there is no RFC 3339 to answer with.
  if (date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) {
    throw new GraphQLError('A DateTime is in the years 1 to 9999, in UTC.')
  }
  return date
}

builder.scalarType('DateTime', {
  description: 'A moment, as RFC 3339 in UTC with milliseconds: `2027-01-31T12:00:00.000Z`. Any time zone is accepted.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : null),
})

function parseBigInt(value: unknown): bigint {
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) {
    throw new GraphQLError('A BigInt is a whole number of at most 19 digits, written as a string.')
  }
  return BigInt(value)
}

builder.scalarType('BigInt', {
  description: 'A whole number that may exceed 32 bits, as a decimal string.',
  serialize: (value) => value.toString(),
  parseValue: parseBigInt,
  parseLiteral: (node) => parseBigInt(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : null),
})

function parseDecimal(value: unknown): string {
  if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,9})?$/.test(value)) {
    throw new GraphQLError(
      'A Decimal is a string such as "0.88": at most 15 digits before the point and 9 behind it, without an exponent.',
    )
  }
  return value
}

builder.scalarType('Decimal', {
  description: 'A decimal number, exact, as a string without an exponent: `"0.88"`.',
  serialize: (value) => value,
  parseValue: parseDecimal,
  parseLiteral: (node) => parseDecimal(node.kind === Kind.STRING ? node.value : null),
})
