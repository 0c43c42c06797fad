import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const execute = promisify(execFile)
const resolve = createRequire(import.meta.url).resolve

/** Runs a command of an installed package in a process of its own, and returns its output. */
export async function runPackage(name: string, script: string, ...given: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [join(dirname(resolve(`${name}/package.json`)), script), ...given])
  return stdout
}

export interface GeneratedClient {
  /** Errors of the compiler; empty if the program compiles. */
  typeErrors(): Promise<string>
  /** Runs the program in a process of its own, and returns the JSON that it prints. */
  run(environment: Record<string, string>): Promise<unknown>
  remove(): Promise<void>
}

/** Generates a client into an empty folder, and writes a TypeScript program that imports it from `./client`. */
export async function generateClient(
  generate: (folder: string) => Promise<unknown>,
  program: string,
): Promise<GeneratedClient> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-generated-'))
  await generate(join(folder, 'client'))
  const main = join(folder, 'main.ts')
  await writeFile(main, program)
  return {
    async typeErrors() {
      const options = [
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--target',
        'es2023',
        '--lib',
        'es2023,dom',
      ]
      const given = [...options, '--module', 'esnext', '--moduleResolution', 'bundler', '--types', '', main]
      // The compiler prints its errors and fails.
      return runPackage('typescript', 'lib/tsc.js', ...given).then(
        () => '',
        (error: { stdout: string }) => error.stdout,
      )
    },
    async run(environment) {
      const outfile = join(folder, 'main.mjs')
      await build({ entryPoints: [main], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' })
      const { stdout } = await execute(process.execPath, [outfile], { env: { ...process.env, ...environment } })
      return JSON.parse(stdout)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
