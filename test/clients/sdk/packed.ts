import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** pnpm, by which the tests were started, or whichever npx finds. */
export function pnpm(...given: string[]): [string, string[]] {
  const path = process.env.npm_execpath ?? ''
  if (!/pnpm/.test(path)) return ['npx', ['--yes', 'pnpm', ...given]]
  // pnpm comes as a script, or as a program of its own.
  return /\.[cm]?js$/.test(path) ? [process.execPath, [path, ...given]] : [path, given]
}

/** Whether an entry is for Node alone, which its name says: all others use Web APIs and nothing else. */
export const isForNode = (entry: string): boolean => entry.endsWith('/node')

/** The packed SDK, and an empty project that it was installed in. */
export interface Packed {
  /** The file that would be published. */
  tarball: string
  /** The project. */
  folder: string
  /** What the installed package's own manifest says. */
  manifest: Record<string, unknown> & { exports: Record<string, unknown> }
  /** What can be imported: `@keyward/sdk` and the like. */
  entries: string[]
  /** Writes a file into the project and answers its path. */
  write(name: string, content: string): Promise<string>
  remove(): Promise<void>
}

/** Packs the SDK as it would be published, and installs the file, without a registry. */
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
