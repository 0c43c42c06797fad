import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What a module adds to a program that is bundled with it. */
export interface Size {
  /** Bytes after minifying. */
  minified: number
  /** Bytes after minifying and gzip at its best. */
  gzipped: number
  /** The modules of Node that it imports, which are not in it. */
  builtins: string[]
}

/**
 * Bundles everything that a module exports, with all that it imports, as for a browser, and weighs it. Any package that can
 * be imported from `directory` can be weighed: `sizeOf('@keyward/sdk/gateway')`, `sizeOf('stripe')`.
 */
export async function sizeOf(specifier: string, directory: string = import.meta.dirname): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * as all from ${JSON.stringify(specifier)}`, resolveDir: directory },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['node:*'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (!output) throw new Error(`Nothing was bundled of ${specifier}`)
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  const builtins = [...new Set(imported)].sort()
  return { minified: output.contents.length, gzipped: gzipSync(output.contents, { level: 9 }).length, builtins }
}
