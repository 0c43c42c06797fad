import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** The pnpm that started the tests, or the one that npx finds. */
export function pnpm(...given: string[]): [string, string[]] {
  const path = process.env.npm_execpath ?? ''
  if (!/pnpm/.test(path)) return ['npx', ['--yes', 'pnpm', ...given]]
  // pnpm is a script or an executable.
  return /\.[cm]?js$/.test(path) ? [process.execPath, [path, ...given]] : [path, given]
}

/** Whether an entry requires Node, as its name says. All others use only Web APIs. */
export const isForNode = (entry: string): boolean => entry.endsWith('/node')

/** The packed SDK, installed in an empty project. */
export interface Packed {
  /** The file to publish. */
  tarball: string
  /** The project's folder. */
  folder: string
  /** The manifest of the installed package. */
  manifest: Record<string, unknown> & { exports: Record<string, unknown> }
  /** Everything that can be imported: `@keyward/sdk` and its subpaths. */
  entries: string[]
  /** Writes a file into the project and returns its path. */
  write(name: string, content: string): Promise<string>
  remove(): Promise<void>
}

/** Packs the SDK as for publishing and installs the file without a registry. */
export async function packSdk(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-sdk-'))
  const [command, given] = pnpm('pack', '--pack-destination', folder)
  await execute(command, given, { cwd: 'sdk' })
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
  await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }')
  await execute('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${name}`], { cwd: folder })
  const manifest = JSON.parse(await readFile(join(folder, 'node_modules/@keyward/sdk/package.json'), 'utf8'))
  const modules = Object.keys(manifest.exports).filter((entry) => !/\.(json|graphql)$/.test(entry))
  return {
    tarball: join(folder, name),
    folder,
    manifest,
    entries: modules.map((entry) => `@keyward/sdk${entry.slice(1)}`),
    async write(file, content) {
      const path = join(folder, file)
      await mkdir(join(path, '..'), { recursive: true })
      await writeFile(path, content)
      return path
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
