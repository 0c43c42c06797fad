import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../app.ts'
import { testDatabaseKind } from '../database.ts'
import { whileLocked } from '../locked-table.ts'
import { createOrganization } from '../world.ts'

let app: TestApp
let owner: Client
let project: string
const warnings: string[] = []
const onWarning = ({ name, message }: Error) => void warnings.push(`${name}: ${message}`)
beforeAll(async () => {
  app = await startApp({ poolSize: 16 })
  owner = await app.signUp('Owner')
  project = (await createOrganization(owner, 'Busy')).defaultProject
  process.on('warning', onWarning)
})
afterEach(() => {
  warnings.length = 0
})
afterAll(async () => {
  process.off('warning', onWarning)
  await app?.close()
})

// Failed (MaxListenersExceededWarning) while each statement under way added a listener to the signal of its request.
test.runIf(testDatabaseKind === 'postgresql')(
  'requests that keep every database connection busy cause no Node.js warning',
  async () => {
    const fields = Array.from({ length: 20 }, (_, index) => `p${index}: project(id: $id) { apiKeys { nodes { id } } }`)
    const answer = await whileLocked(app.database, 'api_key IN ACCESS EXCLUSIVE', async (countWaiting) => {
      const asked = owner.ask(`query ($id: ID!) { ${fields.join(' ')} }`, { id: project })
      await expect.poll(countWaiting).toBeGreaterThan(11)
      return { asked }
    })
    const { data, errors } = await answer.asked
    expect(errors).toBeUndefined()
    expect(Object.keys(data)).toHaveLength(fields.length)
    // Node.js emits warnings in a later turn.
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  },
)
