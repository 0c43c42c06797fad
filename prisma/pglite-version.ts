import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Returns the version of PGlite. A production build holds the version that it was built with instead of this module. */
export async function pgliteVersion(): Promise<string> {
  // The package exports no package.json; its entry lies one folder below it.
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest: { version: string } = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'))
  return manifest.version
}
