import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { App } from '../../../server/app.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'

/** The result of a command. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Environment and input of a command. */
export interface Given {
  env?: NodeJS.ProcessEnv
  /** The whole standard input. Empty by default. */
  input?: string
}

/** The built command `keyward`, with its own home folder and a listening server. */
export interface Command {
  url: string
  /** Its configuration folder. */
  home: string
  /** Path of the built module. */
  module: string
  /** Runs the command in its own process, with the token and the address in the environment. */
  run(args: string[], given?: Given): Promise<Ended>
  /** Starts the command and returns its process. */
  start(args: string[], env?: NodeJS.ProcessEnv): ReturnType<typeof spawn>
  /** Runs the command on its own terminal, answers its questions, and returns everything that the terminal shows. */
  onTerminal(
    args: string[],
    typed: string | readonly string[],
    env?: NodeJS.ProcessEnv,
    /** Width of the terminal. Unknown to the command by default. */
    columns?: number,
  ): Promise<{ code: number | null; shown: string }>
  close(): Promise<void>
}

/** Why no terminal is available. Null if one is. */
export const noTerminal: string | null = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '',
)
  ? null
  : 'script of util-linux is not installed'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Starts the built command against an app. */
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
      const answers = [typed].flat().filter(Boolean)
      let answered = 0
      child.stdout?.on('data', (chunk) => {
        shown += chunk
        // Typed only after the prompt. The terminal itself would echo earlier input.
        const asked = shown.match(/Token: |Password: |recovery code: |\[y\/N\] /g)?.length ?? 0
        for (const answer of answers.slice(answered, asked)) child.stdin?.write(answer)
        answered = asked
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
