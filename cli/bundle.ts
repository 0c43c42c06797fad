import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const directory = fileURLToPath(new URL('./', import.meta.url))

/**
 * Writes the command as one module, which starts faster than many. Dependencies stay packages of their own, but for those
 * that `alias` names the source of.
 */
export async function bundle(outfile: string, alias: Record<string, string> = {}): Promise<void> {
  await build({
    entryPoints: [join(directory, 'src/main.ts')],
    outfile,
    alias,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  })
}
