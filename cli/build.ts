import { chmodSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// Builds dist/keyward.js, the package's only file, because one module starts faster than many. Dependencies stay
// separate packages.
const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const outfile = pathOf('dist/keyward.js')
rmSync(pathOf('dist'), { recursive: true, force: true })
await build({
  entryPoints: [pathOf('src/main.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
})
chmodSync(outfile, 0o755)
