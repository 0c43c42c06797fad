// Imports nothing, so that signals work while the rest of the server is loaded. A process with id 1, as in a container,
// ignores a signal without a handler.

let handle = (_signal: NodeJS.Signals): void => process.exit(0)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => handle(signal))

/** Replaces what SIGTERM and SIGINT do. Until the first call they end the process. */
export function onSignal(handler: (signal: NodeJS.Signals) => void): void {
  handle = handler
}
