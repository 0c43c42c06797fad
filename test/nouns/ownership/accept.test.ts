import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, join } from '../../infra/world.ts'

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

test('a person who owns the maximum number of organizations cannot accept the ownership of another', async () => {
  const heir = await app.signUp('Heir')
  const { limits } = app.app.runtime
  const before = limits.organizationsPerOwner
  const memberId = await join(owner, organizationId, heir, 'MEMBER')
  await createOrganization(heir, 'Own')
  Object.assign(limits, { organizationsPerOwner: 1 })
  try {
    await owner.mutate('ownershipTransferOffer', { organizationId, memberId })
    const answer = await heir.mutate('ownershipTransferAccept', { organizationId })
    expect(answer.__typename).toBe('LimitExceededError')
  } finally {
    Object.assign(limits, { organizationsPerOwner: before })
  }
})
