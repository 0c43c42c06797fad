import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await startGatewayWorld()
})
afterAll(() => world?.close())

// Failed while a closing module sent its leave during its last report. The report arrived later, and the connection came
// back: for a minute, every revocation waited for it.
test('a module that is closed while it reports usage closes all connections', async () => {
  let hold = true
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let connectionId = ''
  let hasLeft = false
  const module = world.open({
    async fetch(url, init) {
      const { variables } = JSON.parse(String(init.body))
      const report = variables?.input?.connectionId ? variables.input : null
      if (report?.leaving) {
        const answer = await world.fetch(url, init)
        hasLeft = true
        return answer
      }
      if (report && hold) {
        hold = false
        connectionId = report.connectionId
        await held
        // The client may have given up by then. A report that was sent arrives anyway.
        return world.fetch(url, { ...init, signal: null })
      }
      return world.fetch(url, init)
    },
  })
  await module.ready()
  await expect.poll(() => connectionId).not.toBe('')
  const closed = module.close()
  // A module that waits for its report does not leave before it.
  for (let waited = 0; waited < 1_000 && !hasLeft; waited += 20) await delay(20)
  letGo()
  await closed
  await expect.poll(() => hasLeft).toBe(true)
  const rows = () => world.database.sql('SELECT 1 FROM verifier WHERE id = $1', [connectionId])
  await delay(200)
  expect(await rows()).toEqual([])
})
