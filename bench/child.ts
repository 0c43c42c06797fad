import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A message from a child process. */
export type Said = Record<string, unknown>

/** A benchmark's child process, which exits with its parent. */
export interface Child {
  /** Sends a message and waits for the next one from the child. */
  ask(message: object): Promise<Said>
  /** Waits for the child's next message. */
  next(): Promise<Said>
  stop(): Promise<void>
}

/** Node.js arguments that write a CPU profile to the folder in KEYWARD_BENCH_PROFILES, if set. */
export function profiling(): string[] {
  const folder = process.env.KEYWARD_BENCH_PROFILES
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

/** Runs a file from this folder in its own process, with this or another release of Node.js. */
export function startChild(file: string, environment: NodeJS.ProcessEnv = {}, node = process.execPath): Child {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execPath: node,
    execArgv: ['--import', 'tsx', ...profiling()],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const said: Said[] = []
  const waiting: { resolve: (said: Said) => void; reject: (error: Error) => void }[] = []
  child.on('message', (message) => {
    const one = typeof message === 'object' && message !== null ? { ...message } : { message }
    const waiter = waiting.shift()
    if (waiter) waiter.resolve(one)
    else said.push(one)
  })
  child.on('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${file} ended with ${code}`))
  })
  const next = async (): Promise<Said> => {
    const one = said.shift() ?? (await new Promise<Said>((resolve, reject) => waiting.push({ resolve, reject })))
    if (typeof one.error === 'string') throw new Error(`${file}: ${one.error}`)
    return one
  }
  return {
    next,
    ask(message) {
      child.send(message)
      return next()
    },
    stop: () => stop(child),
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

/** Reads a number from a message. */
export function numberOf(said: Said, name: string): number {
  const value = said[name]
  if (typeof value !== 'number') throw new TypeError(`Expected the number ${name}`)
  return value
}

/** Reads a text from a message. */
export function textOf(said: Said, name: string): string {
  const value = said[name]
  if (typeof value !== 'string') throw new TypeError(`Expected the text ${name}`)
  return value
}
