import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Prisma } from '../../../prisma/generated/prisma/client.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { CHECK, expectRefused, FOREIGN_KEY, refusal, UNIQUE, type Work } from './refusal.ts'
import { insertOrganization, type OrganizationRows, someHash } from './rows.ts'

let db: TestDatabase
let own: OrganizationRows
let foreign: OrganizationRows
beforeAll(async () => {
  db = await createTestDatabase()
  own = await insertOrganization(db.database)
  foreign = await insertOrganization(db.database)
})
afterAll(() => db.drop())

const gateway = (more: Partial<Prisma.GatewayUncheckedCreateInput> = {}) => ({
  data: { id: randomUUID(), name: 'edge', nameKey: 'edge', tokenHash: someHash(), tokenStart: 'kw_gate_abc', ...more },
})

const resource = (more: Partial<Prisma.ResourceUncheckedCreateInput> = {}) => ({
  data: {
    id: randomUUID(),
    organizationId: own.organizationId,
    projectId: own.projectId,
    kind: 'FILE' as const,
    name: 'file',
    ...more,
  },
})

const model = (more: Partial<Prisma.ModelUncheckedCreateInput> = {}) => ({
  data: {
    id: randomUUID(),
    slug: randomUUID(),
    displayName: 'Model',
    workload: 'INFERENCE' as const,
    status: 'ONLINE' as const,
    ...more,
  },
})

const ofOwn = () => ({ organizationId: own.organizationId, projectId: own.projectId })
const mixed = () => ({ organizationId: own.organizationId, projectId: foreign.projectId })

const priced =
  (usd: string, more: object = {}): Work =>
  async (tx) => {
    const { id: modelId } = await tx.model.create(model())
    await tx.modelPrice.create({ data: { modelId, lineItem: 'IMAGES', effectiveFrom: new Date(), usd, ...more } })
  }

const taken: Record<string, Work> = {
  'a gateway': (tx) => tx.gateway.create(gateway()),
  'a resource': (tx) => tx.resource.create(resource()),
  'a public model': (tx) => tx.model.create(model()),
  'a project’s own model': (tx) => tx.model.create(model(ofOwn())),
  'a price of nothing': priced('0'),
  'a price of a tier above a number of input tokens': priced('1', { serviceTier: 'BATCH', aboveInputTokens: 200_000n }),
}

const refused: Record<string, [state: string, says: string, Work]> = {
  'a token’s hash of another size': [
    CHECK,
    'gateway_token_hash_size',
    (tx) => tx.gateway.create(gateway({ tokenHash: new Uint8Array(31) })),
  ],
  'two gateways of one name': [
    UNIQUE,
    'name_key',
    async (tx) => {
      await tx.gateway.create(gateway())
      await tx.gateway.create(gateway())
    },
  ],
  'a resource without a name': [CHECK, 'resource_name_not_blank', (tx) => tx.resource.create(resource({ name: ' ' }))],
  'one resource twice': [
    UNIQUE,
    'kind',
    async (tx) => {
      await tx.resource.create(resource())
      await tx.resource.create(resource())
    },
  ],
  'a resource in a project of another organization': [
    FOREIGN_KEY,
    'organization',
    (tx) => tx.resource.create(resource(mixed())),
  ],
  'a resource that moves to one': [
    FOREIGN_KEY,
    'organization',
    async (tx) => {
      const { id } = await tx.resource.create(resource())
      await tx.resource.update({ where: { id }, data: { projectId: foreign.projectId } })
    },
  ],
  'a model of an organization without a project': [
    CHECK,
    'model_public_or_of_project',
    (tx) => tx.model.create(model({ organizationId: own.organizationId })),
  ],
  'a model of a project of another organization': [
    FOREIGN_KEY,
    'organization',
    (tx) => tx.model.create(model(mixed())),
  ],
  'a negative price': [CHECK, 'model_price_not_negative', priced('-1')],
  'a price that ends before it begins': [
    CHECK,
    'model_price_ends_later',
    priced('1', { effectiveUntil: new Date('2020-01-01') }),
  ],
  'a price above less than no input tokens': [
    CHECK,
    'model_price_tokens_in_range',
    priced('1', { aboveInputTokens: -1n }),
  ],
}

describe('the database', () => {
  test.each(Object.entries(taken))('accepts %s', async (_what, work) => {
    expect(await refusal(db.database, work)).toBeNull()
  })

  test.each(Object.entries(refused))('rejects %s', async (_what, [state, says, work]) => {
    await expectRefused(db.database, state, says, work)
  })
})
