import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { getHeapSpaceStatistics } from 'node:v8'
import { listen } from '@keyward/server/http/listen'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from '../../nouns/verification/gateway.ts'
import { startApp, type TestApp } from '../app.ts'
import { createKey, createOrganization } from '../world.ts'

const ROUNDS = 15
const REQUESTS = 1_000
/** About 1 is usual. */
const MOST_BYTES = 600

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

/** Bytes of objects that outlived collections of the young generation. */
const outlived = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name === 'old_space' || space_name === 'large_object_space')
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)

async function send(socket: Socket, request: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    socket.write(request)
    const [chunk] = await once(socket, 'data')
    if (!String(chunk).startsWith('HTTP/1.1 200')) throw new Error(String(chunk))
  }
}

// Failed (4,900 bytes a request) with an object literal with a getter for each request: V8 kept its hidden class, and with
// it the request, until the next full collection, which doubled the CPU time of a decision.
test('a decision about a known key leaves nothing behind that outlives collections of young objects', async () => {
  const owner = await app.signUp('Owner')
  const { secret } = await createKey(owner, (await createOrganization(owner, 'Many')).defaultProject, 'busy')
  const { token } = await startGateway(app)
  const { url, stop } = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), noDelay: true })
  const request = `GET /authorize HTTP/1.1\r\nhost: keyward\r\nkeyward-gateway: ${token}\r\nauthorization: Bearer ${secret}\r\nkeyward-workload: INFERENCE\r\n\r\n`
  await send(socket, request, 5 * REQUESTS)
  const kept: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = outlived()
    await send(socket, request, REQUESTS)
    kept.push((outlived() - before) / REQUESTS)
  }
  socket.destroy()
  await stop(0)
  const sorted = kept.toSorted((one, other) => one - other)
  expect(sorted[Math.floor(ROUNDS / 2)]).toBeLessThan(MOST_BYTES)
})
