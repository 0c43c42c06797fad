import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { inject } from 'vitest'

/** A running `keyward-server`. */
export interface Running {
  /** Its output on both streams. */
  output(): string
  /** Its standard output. */
  stdout(): string
  /** The exit code. Null until it has exited. */
  ended: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/** Runs the built `keyward-server` in its own process with only this environment. */
export const keywardServer = (environment: NodeJS.ProcessEnv, ...operands: string[]): Running =>
  keywardServerOf(inject('build'), environment, ...operands)

/** The same of another build. */
export function keywardServerOf(build: string, environment: NodeJS.ProcessEnv, ...operands: string[]): Running {
  const { PATH } = process.env
  const child = spawn(process.execPath, [join(build, 'keyward-server.js'), ...operands], {
    env: { PATH, KEYWARD_LOG: 'silent', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let stdout = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'close').then(([code]) => code)
  return { output: () => output, stdout: () => stdout, ended, kill: (signal) => child.kill(signal) }
}

/** Runs a command of `keyward-server` to its end. */
export const command = (environment: NodeJS.ProcessEnv, ...operands: string[]) =>
  commandOf(inject('build'), environment, ...operands)

/** The same of another build. */
export async function commandOf(build: string, environment: NodeJS.ProcessEnv, ...operands: string[]) {
  const running = keywardServerOf(build, environment, ...operands)
  const code = await running.ended
  return { code, output: running.output(), stdout: running.stdout() }
}
