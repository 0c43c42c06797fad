import type { Model, ModelPrice } from '@keyward/prisma/generated/prisma/client'
import { ValidationError, type ValidationIssue } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import type { Runtime } from '../runtime.ts'
import { operate, type UnitOfWork } from '../write/unit-of-work.ts'
import { type CatalogueModel, readCatalogue, rowIssue } from './catalogue.ts'
import { comparePrices, type NewPrice } from './price-changes.ts'
import { lockModels } from './sql.ts'

/** The result of loading a catalogue. */
export interface LoadedModels {
  added: number
  updated: number
  unchanged: number
  pricesAdded: number
  /** Number of future prices and ends of prices that the file changes. */
  pricesReplaced: number
  /** Models missing from the file that `prune` set to OFFLINE. */
  prunedOffline: number
}

interface Place {
  organizationId: string | null
  projectId: string | null
}

type Present = Model & { prices: ModelPrice[] }

/**
 * Loads the operator's catalogue. Models are updated or added by slug; prices are added if they differ from the price
 * at that time. If any row is invalid, nothing is changed. Models missing from the file stay unchanged, or become
 * OFFLINE with `prune`.
 */
export async function loadModels(
  runtime: Runtime,
  input: unknown,
  options: { prune?: boolean } = {},
): Promise<LoadedModels> {
  const models = readCatalogue(input)
  return operate(runtime, async (unit) => {
    await lockModels(unit.tx)
    const places = await placesOf(unit, models)
    const rows = await unit.tx.model.findMany({ include: { prices: true } })
    const present = new Map(rows.map((row) => [row.slug, row]))
    const loading = new Loading(unit, models, present, places)
    await loading.write()
    const prunedOffline = options.prune ? await prune(unit, rows, new Set(models.map(({ slug }) => slug))) : 0
    return { ...loading.counts, prunedOffline }
  })
}

/** The project of each row's model. Null for a public model. */
async function placesOf(unit: UnitOfWork, models: CatalogueModel[]): Promise<Place[]> {
  const uuids = models.map(({ project }) => (project === undefined ? null : decodeId('Project', project)))
  const wanted = uuids.filter((uuid) => uuid !== null)
  const projects = await unit.tx.project.findMany({
    where: { id: { in: wanted } },
    select: { id: true, organizationId: true },
  })
  const organizations = new Map(projects.map(({ id, organizationId }) => [id, organizationId]))
  const issues: ValidationIssue[] = []
  const places = models.map(({ project }, row) => {
    const projectId = uuids[row] ?? null
    const organizationId = (projectId && organizations.get(projectId)) ?? null
    if (project !== undefined && !organizationId) {
      issues.push(rowIssue(models, row, ['project'], 'Must be the id of a project, or omitted for a public model.'))
    }
    return { organizationId, projectId }
  })
  if (issues.length > 0) throw new ValidationError(issues)
  return places
}

/** Publishes a change of a model. Only a project's model is audited, because a public model has no organization. */
function record(unit: UnitOfWork, model: Place & Pick<Model, 'id' | 'slug' | 'status'>, action: string): void {
  const { id, organizationId, projectId, slug, status } = model
  unit.publish({ organizationId, projectId, kind: 'MODEL_CHANGED', subjectId: id })
  if (organizationId === null) return
  unit.audit({
    organizationId,
    projectId,
    action,
    targetType: 'Model',
    targetId: id,
    targetName: slug,
    details: { status },
  })
}

async function prune(unit: UnitOfWork, rows: Present[], kept: ReadonlySet<string>): Promise<number> {
  const gone = rows.filter(({ slug, status }) => status === 'ONLINE' && !kept.has(slug))
  await unit.tx.model.updateMany({
    where: { id: { in: gone.map(({ id }) => id) } },
    data: { status: 'OFFLINE', updatedAt: unit.now },
  })
  for (const model of gone) record(unit, { ...model, status: 'OFFLINE' }, 'model.updated')
  return gone.length
}

/** One load of a catalogue: compares the rows of the file with the database, and writes the differences. */
class Loading {
  readonly counts = { added: 0, updated: 0, unchanged: 0, pricesAdded: 0, pricesReplaced: 0 }
  readonly #issues: ValidationIssue[] = []
  readonly #created: Omit<Model, 'createdAt' | 'updatedAt'>[] = []
  readonly #updated: Omit<Model, 'createdAt' | 'updatedAt'>[] = []
  readonly #prices: NewPrice[] = []
  readonly #replaced: NewPrice[] = []

  constructor(
    readonly unit: UnitOfWork,
    readonly models: CatalogueModel[],
    readonly present: ReadonlyMap<string, Present>,
    readonly places: Place[],
  ) {}

  async write(): Promise<void> {
    for (const row of this.models.keys()) this.#compare(row)
    if (this.#issues.length > 0) throw new ValidationError(this.#issues)
    const { tx, now } = this.unit
    await tx.model.createMany({ data: this.#created.map((model) => ({ ...model, createdAt: now, updatedAt: now })) })
    for (const { id, ...data } of this.#updated)
      await tx.model.update({ where: { id }, data: { ...data, updatedAt: now } })
    await tx.modelPrice.createMany({ data: this.#prices })
    for (const { usd, effectiveUntil, ...moment } of this.#replaced) {
      await tx.modelPrice.update({
        where: { modelId_lineItem_serviceTier_aboveInputTokens_effectiveFrom: moment },
        data: { usd, effectiveUntil },
      })
    }
    for (const model of this.#created) record(this.unit, model, 'model.added')
    for (const model of this.#updated) record(this.unit, model, 'model.updated')
  }

  #compare(row: number): void {
    const model = this.models[row]
    const place = this.places[row]
    if (!model || !place) return
    const before = this.present.get(model.slug)
    const { slug, displayName, workload, status } = model
    const after = { id: before?.id ?? newId(), slug, displayName, workload, status, ...place }
    const { added, replaced, issues } = comparePrices(after.id, model.prices, before?.prices ?? [], this.unit.now)
    for (const { index, field, message } of issues) {
      this.#issues.push(rowIssue(this.models, row, ['prices', index, field], message))
    }
    this.#prices.push(...added)
    this.#replaced.push(...replaced)
    this.counts.pricesAdded += added.length
    this.counts.pricesReplaced += replaced.length
    if (!before) {
      this.counts.added += 1
      this.#created.push(after)
    } else if (added.length + replaced.length > 0 || differs(before, after)) {
      this.counts.updated += 1
      this.#updated.push(after)
    } else this.counts.unchanged += 1
  }
}

const differs = (before: Model, after: Omit<Model, 'createdAt' | 'updatedAt'>): boolean =>
  before.displayName !== after.displayName ||
  before.workload !== after.workload ||
  before.status !== after.status ||
  before.projectId !== after.projectId
