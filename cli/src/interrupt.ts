import type { ChildProcess } from 'node:child_process'
import { EXIT_CODES } from './exit-codes.ts'
import { complain } from './output.ts'

let hint = 'A change that was in progress may have been made.'

/** Sets the advice to print on an interrupt from now on. */
export function hintOnInterrupt(text: string): void {
  hint = text
}

/**
 * Forwards interrupts to a child process, so that this process waits for it to exit. Returns a function that stops
 * forwarding.
 */
export function forwardInterrupts(child: ChildProcess): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const before = signals.map((signal) => process.listeners(signal))
  const listeners = signals.map((signal) => {
    // A terminal also sends Ctrl-C to the child process.
    const listener = () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal))
    process.removeAllListeners(signal).on(signal, listener)
    return listener
  })
  return () => {
    signals.forEach((signal, index) => {
      process.off(signal, listeners[index] ?? (() => {}))
      for (const listener of before[index] ?? []) process.on(signal, listener)
    })
  }
}

/** Exits immediately on SIGINT and SIGTERM, with the same exit codes as a shell. */
export function listenForInterrupts(): void {
  process.once('SIGINT', () => {
    complain(`\nInterrupted. ${hint}`)
    process.exit(EXIT_CODES.interrupted)
  })
  process.once('SIGTERM', () => {
    complain(`Terminated. ${hint}`)
    process.exit(EXIT_CODES.terminated)
  })
}
