import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { bundle } from './bundle.ts'
import { contentOf, contentTable, sbomOf } from './sbom.ts'

// Builds dist/, writes its SBOM, and prints its contents by size.
const dist = fileURLToPath(new URL('../../dist', import.meta.url))
await bundle(dist)
const [sbom, table] = [await sbomOf(dist, manifest.version), contentTable(await contentOf(dist))]
await writeFile(join(dist, 'sbom.cdx.json'), sbom)
process.stdout.write(`${table}\n\nWrote dist/sbom.cdx.json.\n`)
