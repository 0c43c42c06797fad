import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Returns the version of PGlite. In a production build, this module is replaced by the version that the build contains.
 */
export async function pgliteVersion(): Promise<string> {
  // The package does not export its package.json. Its entry is one folder below.
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest: { version: string } = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'))
  return manifest.version
}
