import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** The size of a module in a bundle. */
export interface Size {
  /** Bytes after minifying. */
  minified: number
  /** Bytes after minifying and gzip at its highest level. */
  gzipped: number
  /** Imported modules of Node. They are not part of the bundle. */
  builtins: string[]
}

/**
 * Bundles all exports of a module for a browser and measures the result. Works for every package that code in
 * `directory` can import: `sizeOf('@keyward/sdk/gateway')`, `sizeOf('stripe')`.
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
