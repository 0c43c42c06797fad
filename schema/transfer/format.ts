import { z } from 'zod'
import { InvalidStateError } from '../core/errors.ts'
import { isTravelling } from './tables.ts'

/**
 * Files of another version are rejected. Since version 2, files contain the end of the budget windows that follow an
 * earlier time zone. Without it, an import could grant a budget twice.
 */
export const VERSION = 2

const header = z.strictObject({
  keyward: z.literal('organization'),
  version: z.number(),
  organization: z.strictObject({ id: z.uuid(), name: z.string() }),
  exportedAt: z.iso.datetime(),
  /** The salt of the key that protects secrets, base64; null for a file without secrets. */
  salt: z.base64().nullable(),
})

const person = z.strictObject({
  person: z.strictObject({ id: z.uuid(), email: z.string().min(3).max(320), name: z.string() }),
})
const publicModel = z.strictObject({ publicModel: z.strictObject({ id: z.uuid(), slug: z.string() }) })
const row = z.strictObject({
  table: z.string().refine(isTravelling),
  row: z.record(z.string().regex(/^[a-z_]{1,63}$/), z.unknown()),
})
const end = z.strictObject({ end: z.strictObject({ lines: z.number().int() }) })

const line = z.union([header, person, publicModel, row, end])

/** A line of a file. docs/operations/leave.md describes the lines. */
export type Line = z.output<typeof line>
export type Header = z.output<typeof header>
export type Person = z.output<typeof person>['person']

/** Reads a line. Throws an error with its number if the line is not valid. */
export function readLine(text: string, number: number): Line {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new InvalidStateError(`Line ${number} is not JSON. Nothing was imported.`)
  }
  const parsed = line.safeParse(json)
  if (!parsed.success) throw new InvalidStateError(`Line ${number} is not a line of this format. Nothing was imported.`)
  if ('version' in parsed.data && parsed.data.version !== VERSION) {
    throw new InvalidStateError(
      `The file has version ${parsed.data.version} of the format. This version of Keyward reads version ${VERSION}.`,
    )
  }
  return parsed.data
}
