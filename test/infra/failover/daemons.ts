import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

/** A program that runs until it is stopped. */
export interface Daemon {
  process: ChildProcess
  /** Ends it as a crash does. */
  kill(): Promise<void>
  /** Asks it to end, and waits for that. */
  stop(): Promise<void>
}

/** Starts a program that writes its output to a file. It ends with this process. */
export function startDaemon(
  program: string,
  operands: string[],
  logFile: string,
  options: { env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {},
): Daemon {
  const log = openSync(logFile, 'a')
  const child = spawn(program, operands, { stdio: ['ignore', log, log], ...options })
  closeSync(log)
  child.once('error', () => undefined)
  const killNow = () => child.kill('SIGKILL')
  process.once('exit', killNow)
  // Its own children may keep the output open.
  const ended = once(child, 'exit').then(() => process.removeListener('exit', killNow))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  return { process: child, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}
