import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Rollup } from 'vite'
import { isCurrent } from './is-current.mjs'

const CONSOLE = fileURLToPath(new URL('../', import.meta.url))
const ROOT = join(CONSOLE, '..')
const INPUTS = join(CONSOLE, 'dist/inputs.json')
const MODULES = join(CONSOLE, 'dist/modules.json')

/** Files that the build reads, besides installed packages, which the lockfile pins. */
async function inputs(): Promise<string[]> {
  const folders = await Promise.all(
    ['console/src', 'sdk/src'].map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    }),
  )
  return ['console/index.html', 'console/vite.config.ts', 'pnpm-lock.yaml', ...folders.flat()]
}

/** The installed modules of a build, as paths from the repository's root. */
function modulesOf(built: Awaited<ReturnType<typeof build>>): string[] {
  if (!('output' in built)) throw new Error('The console is built once, into one folder')
  const chunks = built.output.filter((each): each is Rollup.OutputChunk => each.type === 'chunk')
  const ids = chunks.flatMap(({ moduleIds }) => moduleIds)
  return ids.filter((id) => id.startsWith('/') && id.includes('/node_modules/')).map((id) => relative(ROOT, id))
}

/** The installed modules of the last build, as paths from the repository's root. */
export const consoleModules = async (): Promise<string[]> => JSON.parse(await readFile(MODULES, 'utf8'))

/**
 * Builds the console into console/dist, unless it is built from the present sources. The time of the last change of every
 * source is kept with the build.
 */
export async function buildConsole(): Promise<void> {
  if ((await isCurrent(INPUTS)) && existsSync(MODULES)) return
  const paths = await inputs()
  const times = await Promise.all(paths.map(async (path) => [path, (await stat(join(ROOT, path))).mtimeMs] as const))
  // Vite prefers the variable to the mode, and a test runner sets it: React would be its larger development version.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    const options = { configFile: join(CONSOLE, 'vite.config.ts'), logLevel: 'warn', mode: 'production' } as const
    await writeFile(MODULES, JSON.stringify(modulesOf(await build(options))))
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
  await writeFile(INPUTS, JSON.stringify(Object.fromEntries(times)))
}
