import { parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import type { LineItem } from '@keyward/prisma/generated/prisma/enums'
import type { Payer } from './metered.ts'
import { findModelRows } from './sql.ts'

interface Price {
  lineItem: LineItem
  from: Date
  nanos: bigint
}

/** A model with all its prices, past ones included. */
export class PricedModel {
  readonly #prices: Price[] = []

  constructor(
    readonly id: string,
    readonly online: boolean,
    readonly organizationId: string | null,
    readonly projectId: string | null,
  ) {}

  /** All prices, newest first. */
  get prices(): readonly Price[] {
    return this.#prices
  }

  add(price: Price): void {
    this.#prices.push(price)
  }

  /** The price of a line item at a time, in nano-dollars; null if it had none. */
  priceAt(lineItem: LineItem, at: Date): bigint | null {
    return this.#prices.find((price) => price.lineItem === lineItem && price.from <= at)?.nanos ?? null
  }

  /** Whether a payer may use it: it is public or of the payer's project. The playground covers all projects. */
  isOpenTo({ kind, organizationId, projectId }: Payer): boolean {
    if (this.projectId === null) return true
    return kind === 'PLAYGROUND' ? this.organizationId === organizationId : this.projectId === projectId
  }
}

/** Finds models by slug with their prices, online or not. */
export async function findModels(database: Database, slugs: readonly string[]): Promise<Map<string, PricedModel>> {
  const models = new Map<string, PricedModel>()
  if (slugs.length === 0) return models
  const rows = await findModelRows(database, slugs)
  for (const row of rows) {
    const model = models.get(row.slug) ?? new PricedModel(row.id, row.online, row.organization_id, row.project_id)
    models.set(row.slug, model)
    if (row.line_item === null || row.effective_from === null || row.usd === null) continue
    model.add({ lineItem: row.line_item, from: row.effective_from, nanos: parseUsd(row.usd) })
  }
  return models
}
