import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.ts'

// Builds dist/keyward.js, which is what the package holds.
const dist = fileURLToPath(new URL('dist', import.meta.url))
const outfile = join(dist, 'keyward.js')
rmSync(dist, { recursive: true, force: true })
await bundle(outfile)
chmodSync(outfile, 0o755)
