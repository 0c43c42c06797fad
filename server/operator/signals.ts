// This module has no imports, so that signals are handled while the rest of the server loads. A process with id 1, as
// in a container, ignores signals without a handler.

let handle = (_signal: NodeJS.Signals): void => process.exit(0)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => handle(signal))

/** Replaces the handler of SIGTERM and SIGINT. Before the first call, these signals end the process. */
export function onSignal(handler: (signal: NodeJS.Signals) => void): void {
  handle = handler
}
