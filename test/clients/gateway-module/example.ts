import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build } from 'esbuild'
import { inject } from 'vitest'

const MAIN = new URL('../../../sdk/examples/inference-server/main.ts', import.meta.url).pathname

/** The example's server in its own process. */
export interface Example {
  /** Its address, without `/v1`. Empty if it does not listen. */
  url: string
  /** Its output. */
  output(): string
  kill(signal: NodeJS.Signals): void
  /** Its exit code, once it has exited. */
  ended: Promise<number | null>
}

let module: string | undefined

/** The example bundled into one module, which starts faster than its sources. */
async function built(): Promise<string> {
  const outfile = join(inject('build'), `example-${process.pid}.js`)
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
  await build({ entryPoints: [MAIN], outfile, bundle: true, platform: 'node', format: 'esm', banner })
  return outfile
}

/** Starts the example with only this environment. It can exit at once. */
export async function run(
  environment: NodeJS.ProcessEnv,
): Promise<Omit<Example, 'url'> & { listening: Promise<string> }> {
  module ??= await built()
  const child = spawn(process.execPath, [module], {
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
        const [, url] = / is served on (http:\S+)\/v1\n/.exec(output) ?? []
        if (url !== undefined) resolve(url)
      })
    }
  })
  const ended = once(child, 'close').then(([code]) => code)
  return { output: () => output, listening, ended, kill: (signal) => child.kill(signal) }
}

/** Starts the example and waits until it listens. */
export async function start(environment: NodeJS.ProcessEnv): Promise<Example> {
  const { listening, ...running } = await run(environment)
  const failed = running.ended.then((code) => {
    throw new Error(`The example ended with ${code}: ${running.output()}`)
  })
  // The caller handles a later exit.
  failed.catch(() => {})
  return { ...running, url: await Promise.race([listening, failed]) }
}
