import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The messages of a child process, in order. */
export type Said = Record<string, unknown>

/** A child process of a benchmark, which ends with its parent. */
export interface Child {
  /** Sends a message and waits for the next one from the child. */
  ask(message: object): Promise<Said>
  /** The next message of the child. */
  next(): Promise<Said>
  stop(): Promise<void>
}

/** Arguments of Node.js that write a CPU profile to the folder KEYWARD_BENCH_PROFILES, if it is set. */
export function profiling(): string[] {
  const folder = process.env.KEYWARD_BENCH_PROFILES
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

/** Starts a file of this folder in its own process, by this release of Node.js or another one. */
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
