import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pgliteVersion } from '@keyward/prisma/pglite-version'
import { build, type Metafile, type Plugin } from 'esbuild'
import { buildConsole, consoleModules } from '../../console/build/bundle.ts'
import { bundledPackages, packagesOf } from './packages.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Matches a file that a module finds relative to itself, as in `new URL('./graphiql.html', import.meta.url)`. */
const BESIDE = /new URL\(\s*(['"])(\.?[\w./-]+)\1\s*,\s*import\.meta\.url\s*\)/g

/** Modules that find files relative to themselves: Keyward's own, and PGlite's. */
const MODULES = /(?:\.ts|@electric-sql\/pglite\/dist\/[\w-]+\.js)$/

/** The compiler of Prisma's queries. */
const COMPILER = /query_compiler_\w+\.\w+\.wasm-base64\.mjs$/

/** A module like Prisma's, whose value `Buffer.from` reads from a file. */
const moduleReading = (name: string): string =>
  `import { readFileSync } from 'node:fs'
export const wasm = { valueOf: () => readFileSync(new URL('./assets/${name}', import.meta.url)) }`

async function writeAsset(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
}

/**
 * Copies the files that modules find relative to themselves to `assets/`, and rewrites the modules to find them there.
 */
function copyAssets(outdir: string, copied: Map<string, Promise<void>>): Plugin {
  return {
    name: 'copy-assets',
    setup({ onLoad }) {
      const copy = (source: string, name: string) =>
        cp(source, join(outdir, 'assets', name), { recursive: true, filter: (path) => !path.endsWith('.ts') })
      onLoad({ filter: /pglite-version\.ts$/ }, async () => ({
        contents: `export const pgliteVersion = async () => ${JSON.stringify(await pgliteVersion())}`,
      }))
      // Prisma embeds its compiler as base64, which would stay in memory twice: as source and as a string.
      onLoad({ filter: COMPILER }, async ({ path }) => {
        const { wasm } = await import(path)
        const name = `@prisma/client/runtime/${basename(path).replace('-base64.mjs', '')}`
        copied.set(path, writeAsset(join(outdir, 'assets', name), Buffer.from(wasm, 'base64')))
        await copied.get(path)
        return { contents: moduleReading(name), loader: 'js' }
      })
      onLoad({ filter: MODULES }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        const contents = text.replaceAll(BESIDE, (_whole, _quote, beside: string) => {
          const source = resolve(dirname(path), beside)
          const name = relative(ROOT, source).replace(/^.*node_modules\//, '')
          if (!copied.has(source)) copied.set(source, copy(source, name))
          return `new URL(${JSON.stringify(`./assets/${name}${beside.endsWith('/') ? '/' : ''}`)}, import.meta.url)`
        })
        await Promise.all(copied.values())
        return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' }
      })
    },
  }
}

/**
 * Lists a file, or a folder and all its contents. The folder itself is included, because its modification time changes
 * when a file is added.
 */
async function withContents(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const inside = await readdir(path, { recursive: true })
  return [path, ...inside.map((name) => join(path, name))]
}

/** Writes the last modification time of every source of a build. `start.mjs` compares the times. */
async function writeInputs(outdir: string, { inputs }: Metafile, assets: Iterable<string>): Promise<void> {
  const own = Object.keys(inputs).filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
  const copied = await Promise.all([...assets].filter((path) => !path.includes('node_modules')).map(withContents))
  const paths = new Set([...own, 'pnpm-lock.yaml', ...copied.flat().map((path) => relative(ROOT, path))])
  const times = await Promise.all(
    [...paths].map(async (path) => [path, (await stat(join(ROOT, path))).mtimeMs] as const),
  )
  await writeFile(join(outdir, 'inputs.json'), JSON.stringify(Object.fromEntries(times)))
}

/** Lists the sources in a build's source maps. */
async function sourcesOf(outdir: string): Promise<string[]> {
  const maps = (await readdir(outdir)).filter((name) => name.endsWith('.js.map'))
  const read = async (name: string): Promise<string[]> =>
    JSON.parse(await readFile(join(outdir, name), 'utf8')).sources ?? []
  return (await Promise.all(maps.map(read))).flat()
}

/**
 * Writes the server and both commands as plain JavaScript with all their dependencies, so that Node.js runs them
 * without installed packages: `server.js`, `keyward-server.js` and `keyward.js`. `packages.json` lists the packages in
 * the build.
 */
export async function bundle(outdir: string): Promise<void> {
  await buildConsole()
  await rm(outdir, { recursive: true, force: true })
  const copied = new Map<string, Promise<void>>()
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: {
      server: 'server/main.ts',
      'keyward-server': 'server/operator/cli.ts',
      keyward: 'cli/src/main.ts',
    },
    outdir,
    alias: { '@keyward/sdk': join(ROOT, 'sdk/src/index.ts') },
    // The pg driver tries to load this module, and falls back to its own code.
    external: ['pg-native'],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: true,
    legalComments: 'linked',
    metafile: true,
    plugins: [copyAssets(outdir, copied)],
    // CommonJS packages load Node.js modules with `require`, and may read their own path.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url), __dirname = import.meta.dirname;",
    },
    logLevel: 'warning',
  })
  await writeFile(join(outdir, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  await writeInputs(outdir, metafile, copied.keys())
  const shipped = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const assets = [...copied.keys()].map((path) => relative(ROOT, path))
  const packages = await packagesOf(ROOT, { server: [...shipped, ...assets], console: await consoleModules() })
  const bundled = bundledPackages(await sourcesOf(outdir), packages)
  await writeFile(join(outdir, 'packages.json'), JSON.stringify([...packages, ...bundled]))
}
