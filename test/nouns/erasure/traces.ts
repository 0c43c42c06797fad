import { createHash } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'

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

/** Finds traces in all columns of all tables. Returns the names of the tables. */
export async function tablesWith(database: Database, traces: readonly string[]): Promise<string[]> {
  const tables = await database.sql<{ name: string }>(
    `SELECT table_name::text AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  )
  const found = []
  for (const { name } of tables) {
    // The text of a row has all its columns; bytes are in hexadecimal.
    const rows = await database.sql<{ text: string }>(`SELECT lower(t::text) AS text FROM "${name}" t`)
    if (rows.some(({ text }) => traces.some((trace) => text.includes(trace.toLowerCase())))) found.push(name)
  }
  return found
}
