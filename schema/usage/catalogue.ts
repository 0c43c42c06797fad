import type { Database } from '@keyward/prisma/database'
import type { LineItem } from '@keyward/prisma/generated/prisma/enums'
import { parseUsd } from '../money.ts'
import type { Payer } from './payer.ts'

interface Row {
  id: string
  slug: string
  online: boolean
  organization_id: string | null
  project_id: string | null
  line_item: LineItem | null
  effective_from: Date | null
  usd: string | null
}

interface Price {
  lineItem: LineItem
  from: Date
  nanos: bigint
}

/** A model as requests call it and their usage is priced: with every price that it ever had, newest first. */
export class PricedModel {
  readonly #prices: Price[] = []

  constructor(
    readonly id: string,
    readonly online: boolean,
    readonly organizationId: string | null,
    readonly projectId: string | null,
  ) {}

  /** Every price that it ever had, newest first. */
  get prices(): readonly Price[] {
    return this.#prices
  }

  add(price: Price): void {
    this.#prices.push(price)
  }

  /** What a line item did cost at a moment, in nano-dollars; null when it had no price. */
  priceAt(lineItem: LineItem, at: Date): bigint | null {
    return this.#prices.find((price) => price.lineItem === lineItem && price.from <= at)?.nanos ?? null
  }

  /** Whether usage of a payer can be of it: it is public, or of the payer’s project; the playground is for all projects. */
  isOpenTo({ kind, organizationId, projectId }: Payer): boolean {
    if (this.projectId === null) return true
    return kind === 'PLAYGROUND' ? this.organizationId === organizationId : this.projectId === projectId
  }
}

/** The models of some slugs with their prices, whether they are online or not. */
export async function findModels(database: Database, slugs: readonly string[]): Promise<Map<string, PricedModel>> {
  const models = new Map<string, PricedModel>()
  if (slugs.length === 0) return models
  const rows = await database.sql<Row>(
    `SELECT m.id, m.slug, m.status = 'ONLINE' AS online, m.organization_id, m.project_id, p.line_item::text AS line_item, p.effective_from, p.usd::text AS usd
       FROM model m LEFT JOIN model_price p ON p.model_id = m.id
      WHERE m.slug = ANY($1::text[]) ORDER BY p.effective_from DESC`,
    [slugs],
  )
  for (const row of rows) {
    const model = models.get(row.slug) ?? new PricedModel(row.id, row.online, row.organization_id, row.project_id)
    models.set(row.slug, model)
    if (row.line_item === null || row.effective_from === null || row.usd === null) continue
    model.add({ lineItem: row.line_item, from: row.effective_from, nanos: parseUsd(row.usd) })
  }
  return models
}
