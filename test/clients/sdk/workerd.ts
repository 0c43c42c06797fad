import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'

/** The program of the package `workerd`, the runtime of Cloudflare Workers. */
const workerd: string = createRequire(import.meta.url)('workerd').default

/** A Worker that listens. */
export interface Worker {
  url: string
  /** Stops it and returns everything that it printed. */
  stop(): Promise<string>
}

/** Bindings of a Worker: variables, and the classes of its Durable Objects by the name of their namespace. */
export interface Bindings {
  variables?: Record<string, string>
  objects?: Record<string, string>
}

const quoted = (value: string): string => JSON.stringify(value)

/**
 * The configuration of workerd. Variables come from its environment, because they may be secrets. Later compatibility dates
 * add the modules of Node.
 */
function configuration({ variables = {}, objects = {} }: Bindings): string {
  const bindings = [
    ...Object.keys(variables).map((name) => `(name = ${quoted(name)}, fromEnvironment = ${quoted(name)})`),
    ...Object.entries(objects).map(
      ([name, className]) => `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`,
    ),
  ]
  const namespaces = Object.values(objects).map(
    (className) => `(className = ${quoted(className)}, uniqueKey = ${quoted(className)}, preventEviction = true)`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "network", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "main", esModule = embed "worker.js")],
  compatibilityDate = "2025-01-01",
  bindings = [${bindings.join(', ')}],
  durableObjectNamespaces = [${namespaces.join(', ')}],
  durableObjectStorage = (inMemory = void),
  globalOutbound = "network",
);
`
}

/** The port on which workerd says that it listens, as a line of JSON. */
async function portOf(child: ChildProcess): Promise<number> {
  for await (const chunk of child.stdout ?? []) {
    const [, port] = /"event":"listen","socket":"http","port":(\d+)/.exec(String(chunk)) ?? []
    if (port !== undefined) return Number(port)
  }
  throw new Error('workerd ended before it listened')
}

/**
 * Bundles a program, which imports packages as a module of `resolveDir` would, and runs it in workerd. It can reach only
 * private addresses, as those of this machine are.
 */
export async function startWorker(contents: string, resolveDir: string, bindings: Bindings = {}): Promise<Worker> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-worker-'))
  await build({
    stdin: { contents, resolveDir },
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    external: ['cloudflare:workers'],
  })
  const config = join(folder, 'config.capnp')
  await writeFile(config, configuration(bindings))
  const child = spawn(workerd, ['serve', '--control-fd=1', config], { env: bindings.variables ?? {} })
  const ended = once(child, 'close')
  const printed = text(child.stderr)
  const port = await portOf(child).catch(async (error) => {
    throw new Error(`${error.message}: ${await printed}`)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
      return printed
    },
  }
}
