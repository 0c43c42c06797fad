import { createHash } from 'node:crypto'
import type { Runtime } from '@keyward/schema/runtime'
import { readOpeners } from '@keyward/schema/write/audit/open-names'
import { sealedUnder } from '@keyward/schema/write/audit/sealed-text'

const hashes = (text: string): string[] =>
  ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
    const hash = createHash(algorithm).update(text).digest()
    return [hash.toString('hex'), hash.toString('base64'), hash.toString('base64url')]
  })

/** Texts that identify a person: name and address as they are, as bytes, and as unsalted hashes. */
export const tracesOf = (...texts: string[]): string[] =>
  texts.flatMap((text) => [
    text,
    Buffer.from(text).toString('hex'),
    Buffer.from(text).toString('base64').replaceAll('=', ''),
    ...hashes(text),
  ])

const SEALED = /sealed:[\w-]+/g

/** Opens the sealed names in a text with the keys that the database still has. */
export async function openedNames({ database, settings }: Place, text: string): Promise<string> {
  const found = [...new Set(text.match(SEALED))].map((sealed) => ({ sealed, id: sealedUnder(sealed) ?? '' }))
  const known = found.filter(({ id }) => id !== '')
  const openers = await readOpeners(
    database,
    settings.encryptionKeys,
    known.map(({ id }) => id),
  )
  const names = new Map(known.map(({ sealed }, index) => [sealed, openers[index]?.(sealed) ?? sealed]))
  return text.replace(SEALED, (sealed) => names.get(sealed) ?? sealed)
}

type Place = Pick<Runtime, 'database' | 'settings'>

/** Finds traces in all columns of all tables, also in sealed names that open. Returns the names of the tables. */
export async function tablesWith(runtime: Place, traces: readonly string[]): Promise<string[]> {
  const tables = await runtime.database.sql<{ name: string }>(
    `SELECT table_name::text AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  )
  const found = []
  for (const { name } of tables) {
    // The text of a row has all its columns; bytes are in hexadecimal.
    const rows = await runtime.database.sql<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`)
    const text = (await openedNames(runtime, rows.map((row) => row.text).join('\n'))).toLowerCase()
    if (traces.some((trace) => text.includes(trace.toLowerCase()))) found.push(name)
  }
  return found
}
