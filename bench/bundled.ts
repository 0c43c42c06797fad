import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/**
 * Imports a module as a bundle, as its users run it. The TypeScript loader names every nested function at each call,
 * which would count as the module's own work.
 */
export async function importBundled<Module>(specifier: string): Promise<Module> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-bench-'))
  try {
    const outfile = join(directory, 'bundle.mjs')
    await build({
      stdin: { contents: `export * from ${JSON.stringify(specifier)}`, resolveDir: import.meta.dirname },
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
      outfile,
      logLevel: 'silent',
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(directory, { recursive: true })
  }
}
