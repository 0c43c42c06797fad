import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createGateway } from '@keyward/sdk/gateway'
import { fileSpool } from '@keyward/sdk/gateway/node'
import { secretsFrom } from '@keyward/sdk/gateway/secrets'
import { createInference } from './server.ts'
import { readSettings, SettingsError } from './settings.ts'

const SWEEP_MS = 100

/** Resolves at the first SIGTERM or SIGINT. A terminal and pnpm can both send one. */
const toldToStop = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
  })

/** Accepts no more requests. Resolves when all responses are sent, or at the deadline, which aborts the rest. */
async function stopListening(server: Server, deadlineMs: number): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  // A busy connection would otherwise stay open for a next request.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
}

/** Serves until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { keywardUrl, gatewayToken, host, port, model, spoolDirectory, corsOrigins, shutdownMs } = readSettings(
    process.env,
  )
  const stopping = toldToStop()
  const gateway = createGateway({
    baseUrl: keywardUrl,
    token: gatewayToken,
    // Anthropic's clients send their key in this header.
    readSecret: secretsFrom('x-api-key'),
    usage: { spool: spoolDirectory === null ? undefined : fileSpool(spoolDirectory) },
    onError: (error) => console.error(String(error)),
  })
  const { app, settled } = createInference(gateway, model, corsOrigins)
  const server = createServer(getRequestListener(app.fetch))
  try {
    server.listen(port, host)
    await once(server, 'listening')
    const address = server.address()
    const bound = address !== null && typeof address === 'object' ? address.port : port
    console.log(`${model} is served on http://${host}:${bound}/v1`)
    // Until the gateway is ready, requests are denied as UNAVAILABLE. `start` throws if Keyward rejects the token.
    await Promise.race([stopping, gateway.ready().then(() => stopping)])
    console.log('Stopping.')
  } finally {
    await stopListening(server, shutdownMs)
    // In this order, because usage recorded after the gateway is closed is lost.
    await settled()
    await gateway.close()
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof SettingsError ? 2 : 1
}
