import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ValidationError } from '../../../schema/core/errors.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import { loadModels } from '../../../schema/model/load.ts'
import type { Json } from '../../infra/app.ts'
import { startWorld, type World } from '../../infra/world.ts'

const DAY_MS = 86_400_000

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  await world.database.sql('DELETE FROM model')
})

type Row = Record<string, unknown>

const load = (models: Row[], options?: { prune?: boolean }) => loadModels(world.app.runtime, { models }, options)

const model = (slug: string, more: Row = {}): Row => ({ slug, displayName: slug, workload: 'INFERENCE', ...more })
const input = (usd: string, effectiveFrom?: Date): Row => ({
  lineItem: 'INPUT_TOKENS',
  usd,
  ...(effectiveFrom ? { effectiveFrom: effectiveFrom.toISOString() } : {}),
})

const inDays = (days: number): Date => new Date(Math.floor(world.database.clock.now().getTime()) + days * DAY_MS)

async function catalogue(): Promise<Json[]> {
  const { data, errors } = await world.as.owner.ask(
    '{ models { nodes { slug displayName workload status project { id } prices { lineItem usd unit effectiveFrom } } } }',
  )
  expect(errors).toBeUndefined()
  return data.models.nodes
}

async function refusalOf(models: unknown): Promise<string[]> {
  const error = await loadModels(world.app.runtime, models).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ValidationError)) throw new Error(`Not a ValidationError: ${error}`)
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const changesBy = async <T>(work: () => Promise<T>) => {
  const before = world.app.runtime.changes.point.position
  const [{ position = '0' } = {}] = await world.database.sql<{ position: string }>('SELECT position FROM change_clock')
  const result = await work()
  const changes = await world.database.prisma.changeEvent.findMany({
    where: { position: { gt: BigInt(position) > before ? BigInt(position) : before } },
    orderBy: { position: 'asc' },
  })
  return { result, changes }
}

const NOTHING = { added: 0, updated: 0, unchanged: 0, pricesAdded: 0, pricesReplaced: 0, prunedOffline: 0 }

test('loading a catalogue again changes nothing', async () => {
  const rows = [
    model('b/second', { status: 'OFFLINE', workload: 'BATCH' }),
    model('a/first', {
      displayName: 'First',
      prices: [
        { lineItem: 'IMAGES', usd: '0.0027' },
        { lineItem: 'OUTPUT_TOKENS', usd: '1.50' },
        { lineItem: 'INPUT_TOKENS', usd: '999999.123456789' },
      ],
    }),
  ]
  expect(await load(rows)).toEqual({ ...NOTHING, added: 2, pricesAdded: 3 })
  const effectiveFrom = expect.stringMatching(/Z$/)
  const loaded = await catalogue()
  expect(loaded).toEqual([
    {
      slug: 'a/first',
      displayName: 'First',
      workload: 'INFERENCE',
      status: 'ONLINE',
      project: null,
      prices: [
        { lineItem: 'INPUT_TOKENS', usd: '999999.123456789', unit: 'PER_MILLION', effectiveFrom },
        { lineItem: 'OUTPUT_TOKENS', usd: '1.5', unit: 'PER_MILLION', effectiveFrom },
        { lineItem: 'IMAGES', usd: '0.0027', unit: 'PER_UNIT', effectiveFrom },
      ],
    },
    { slug: 'b/second', displayName: 'b/second', workload: 'BATCH', status: 'OFFLINE', project: null, prices: [] },
  ])
  const { result, changes } = await changesBy(() => load(rows))
  expect(result).toEqual({ ...NOTHING, unchanged: 2 })
  expect(changes).toEqual([])
  expect(await catalogue()).toEqual(loaded)
})

test('a changed price is added to the old one, which still applies to earlier usage', async () => {
  await load([model('priced', { prices: [input('1')] }), model('other', { prices: [input('1')] })])
  world.database.clock.advance(1_000)
  const { result, changes } = await changesBy(() =>
    load([model('priced', { prices: [input('2.0')] }), model('other', { prices: [input('1.000')] })]),
  )
  expect(result).toEqual({ ...NOTHING, updated: 1, unchanged: 1, pricesAdded: 1 })
  expect(changes).toMatchObject([{ kind: 'MODEL_CHANGED', organizationId: null, projectId: null }])
  const rows = await world.database.sql<{ usd: string }>(
    `SELECT p.usd::text AS usd FROM model_price p JOIN model m ON m.id = p.model_id
      WHERE m.slug = 'priced' ORDER BY p.effective_from`,
  )
  expect(rows.map(({ usd }) => Number(usd))).toEqual([1, 2])
  const [, priced] = await catalogue()
  expect(priced.prices).toMatchObject([{ usd: '2' }])
})

test('an announced price is listed with the current one and takes effect later', async () => {
  const [past, tomorrow] = [inDays(-30), inDays(1)]
  const prices = (later: string) => ({ prices: [input('1', past), input(later, tomorrow)] })
  expect(await load([model('announced', prices('3'))])).toMatchObject({ added: 1, pricesAdded: 2 })
  expect(await load([model('announced', prices('3'))])).toEqual({ ...NOTHING, unchanged: 1 })
  expect(await load([model('announced', prices('2'))])).toEqual({ ...NOTHING, updated: 1, pricesReplaced: 1 })
  const [before] = await catalogue()
  expect(before.prices).toMatchObject([
    { usd: '1', effectiveFrom: past.toISOString() },
    { usd: '2', effectiveFrom: tomorrow.toISOString() },
  ])
  // Without a time, a price is compared with the current price, not with an announced one.
  expect(await load([model('announced', { prices: [input('1')] })])).toEqual({ ...NOTHING, unchanged: 1 })
  world.database.clock.advance(2 * DAY_MS)
  const [after] = await catalogue()
  expect(after.prices).toMatchObject([{ usd: '2' }])
})

test('a price that has taken effect is final', async () => {
  const past = inDays(-1)
  await load([model('settled', { prices: [input('1', past)] })])
  expect(await refusalOf({ models: [model('new'), model('settled', { prices: [input('2', past)] })] })).toEqual([
    expect.stringMatching(/^models\.1\.prices\.0\.effectiveFrom: The price of INPUT_TOKENS .* "settled"/),
  ])
  // A price from an earlier time that has none yet may be added.
  expect(await load([model('settled', { prices: [input('0.5', inDays(-9))] })])).toMatchObject({ pricesAdded: 1 })
  expect((await catalogue()).map(({ slug, prices }) => [slug, prices[0].usd])).toEqual([['settled', '1']])
})

test('a catalogue with one invalid row is rejected as a whole', async () => {
  const wrong: [unknown, RegExp][] = [
    [{ ...model('typo'), statuss: 'ONLINE' }, /^models\.1: .*statuss.*"typo"/],
    [model('with space'), /^models\.1\.slug: .*"with space"/],
    [model('x'.repeat(201), { displayName: 'Long' }), /^models\.1\.slug: /],
    [model('nameless', { displayName: ' ' }), /^models\.1\.displayName: Must not be blank/],
    [model('odd', { workload: 'GAMES' }), /^models\.1\.workload: .*"odd"/],
    [model('odd', { status: 'ASLEEP' }), /^models\.1\.status: /],
    [model('priced', { prices: [{ lineItem: 'INPUT_TOKENS', usd: 0.5 }] }), /^models\.1\.prices\.0\.usd: .*"0\.88"/],
    [model('priced', { prices: [input('-1')] }), /^models\.1\.prices\.0\.usd: /],
    [model('priced', { prices: [input('1000000')] }), /^models\.1\.prices\.0\.usd: /],
    [model('priced', { prices: [input('1e3')] }), /^models\.1\.prices\.0\.usd: /],
    [model('priced', { prices: [input('0.0000000001')] }), /^models\.1\.prices\.0\.usd: /],
    [model('priced', { prices: [{ lineItem: 'WORDS', usd: '1' }] }), /^models\.1\.prices\.0\.lineItem: /],
    [
      model('priced', { prices: [{ ...input('1'), effectiveFrom: 'tomorrow' }] }),
      /^models\.1\.prices\.0\.effectiveFrom: Must be an RFC 3339/,
    ],
    [model('priced', { prices: [input('1'), input('2')] }), /^models\.1\.prices\.1: Must be the only price/],
    [model('right'), /^models\.1\.slug: Must occur only once in the file.*"right"/],
    [
      model('homeless', { project: 'prj_00000000000000000000000000' }),
      /^models\.1\.project: Must be the id of a project/,
    ],
    [model('homeless', { project: world.ids.organization }), /^models\.1\.project: Must be the id of a project/],
    [null, /^models\.1: /],
  ]
  for (const [row, message] of wrong) {
    const refusals = await refusalOf({ models: [model('right'), row] })
    expect(refusals).toEqual([expect.stringMatching(message)])
  }
  for (const file of [null, [], {}, { models: {} }, { models: [], more: 1 }]) {
    expect((await refusalOf(file)).length).toBeGreaterThan(0)
  }
  expect(await catalogue()).toEqual([])
})

test('models that are missing from the file are set to OFFLINE only with --prune', async () => {
  await load([model('kept'), model('gone'), model('off', { status: 'OFFLINE' })])
  expect(await load([model('kept')])).toEqual({ ...NOTHING, unchanged: 1 })
  const statuses = async () => (await catalogue()).map(({ slug, status }) => `${slug} ${status}`)
  expect(await statuses()).toEqual(['gone ONLINE', 'kept ONLINE', 'off OFFLINE'])
  const { result, changes } = await changesBy(() => load([model('kept')], { prune: true }))
  expect(result).toEqual({ ...NOTHING, unchanged: 1, prunedOffline: 1 })
  expect(changes).toMatchObject([{ kind: 'MODEL_CHANGED' }])
  expect(await statuses()).toEqual(['gone OFFLINE', 'kept ONLINE', 'off OFFLINE'])
  // After loading the catalogue again, it is the same model.
  expect(await load([model('gone')])).toEqual({ ...NOTHING, updated: 1 })
  expect(await statuses()).toEqual(['gone ONLINE', 'kept ONLINE', 'off OFFLINE'])
})

test('only loading a project’s own model is audited and published in the project', async () => {
  const { project } = world.ids
  const { changes } = await changesBy(() => load([model('own', { project }), model('open')]))
  const projectId = decodeId('Project', project)
  expect(changes.map((change) => [change.kind, change.projectId]).sort()).toEqual([
    ['MODEL_CHANGED', null],
    ['MODEL_CHANGED', projectId],
  ])
  await load([model('own', { project, status: 'OFFLINE' }), model('open', { status: 'OFFLINE' })])
  const { data } = await world.as.owner.ask(
    `query ($id: ID!) { project(id: $id) { auditLog(filter: { actions: ["model.added", "model.updated"] }) { nodes {
       action actor { kind } target { type name } details { name value } } } } }`,
    { id: project },
  )
  const event = (action: string, value: string) => ({
    action,
    actor: { kind: 'OPERATOR' },
    target: { type: 'Model', name: 'own' },
    details: [{ name: 'status', value }],
  })
  expect(data.project.auditLog.nodes).toEqual([event('model.updated', 'OFFLINE'), event('model.added', 'ONLINE')])
})

test('concurrent loads add a model once', async () => {
  const rows = Array.from({ length: 20 }, (_, index) => model(`many/${index}`, { prices: [input('1')] }))
  const loads = await Promise.all(Array.from({ length: 4 }, () => load(rows)))
  expect(loads.map(({ added }) => added).sort()).toEqual([0, 0, 0, 20])
  expect(loads.map(({ pricesAdded }) => pricesAdded).sort()).toEqual([0, 0, 0, 20])
  expect(await catalogue()).toHaveLength(20)
})
