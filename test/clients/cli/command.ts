import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { App } from '../../../server/app.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'

/** What a command left behind. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** What a command is given, beside its arguments. */
export interface Given {
  env?: NodeJS.ProcessEnv
  /** All of standard input, which is empty if not given. */
  input?: string
}

/** The command `keyward`, built, with a home of its own, over a server that listens. */
export interface Command {
  url: string
  /** Its configuration folder. */
  home: string
  /** The built module. */
  module: string
  /** Runs it in a process of its own, with the token and the address in the environment. */
  run(args: string[], given?: Given): Promise<Ended>
  /** Starts it, and leaves the rest to the caller. */
  start(args: string[], env?: NodeJS.ProcessEnv): ReturnType<typeof spawn>
  /** Runs it on a terminal of its own, where `typed` is typed; answers all that the terminal showed. */
  onTerminal(
    args: string[],
    typed: string,
    env?: NodeJS.ProcessEnv,
    /** How wide the terminal is; it does not say if not given. */
    columns?: number,
  ): Promise<{ code: number | null; shown: string }>
  close(): Promise<void>
}

/** Why there can be no terminal here; null where there can. */
export const noTerminal: string | null = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '',
)
  ? null
  : 'script of util-linux is not installed'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Puts the built command over an app. */
export async function startCommand(app: App, token: string): Promise<Command> {
  const listener: Listener = await listen(app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  const home = await mkdtemp(join(tmpdir(), 'keyward-cli-'))
  const module = join(inject('build'), 'keyward.js')
  const base = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: home,
    KEYWARD_URL: listener.url,
    KEYWARD_TOKEN: token,
  }
  const start = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawn(process.execPath, [module, ...args], { env: { ...base, ...env }, stdio: 'pipe' })
  return {
    url: listener.url,
    home,
    module,
    start,
    async run(args, { env, input = '' } = {}) {
      const child = start(args, env)
      child.stdin?.end(input)
      const ended = once(child, 'close')
      let [stdout, stderr] = ['', '']
      child.stdout?.on('data', (chunk) => (stdout += chunk))
      child.stderr?.on('data', (chunk) => (stderr += chunk))
      const [code] = await ended
      return { code, stdout, stderr }
    },
    async onTerminal(args, typed, env = {}, columns = 0) {
      const line = `stty cols ${columns}; ${[process.execPath, module, ...args].map(quoted).join(' ')}`
      const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
        env: { ...base, TERM: 'xterm', ...env },
        stdio: 'pipe',
      })
      const ended = once(child, 'close')
      let shown = ''
      let isTyped = typed === ''
      child.stdout?.on('data', (chunk) => {
        shown += chunk
        // Typed once it is asked for: what is typed before is echoed by the terminal, not by the command.
        if (!isTyped && /Token: |\[y\/N\] /.test(shown)) {
          isTyped = true
          child.stdin?.write(typed)
        }
      })
      const [code] = await ended
      return { code, shown }
    },
    async close() {
      await listener.stop(1_000)
      await rm(home, { recursive: true, force: true })
    },
  }
}
