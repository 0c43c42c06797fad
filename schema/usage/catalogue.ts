import { parseUsd } from '@keyward/engine/money'
import { type Price as Listed, priceFor } from '@keyward/engine/prices'
import type { Database } from '@keyward/prisma/database'
import type { LineItem, ServiceTier } from '@keyward/prisma/generated/prisma/enums'
import type { Payer } from './metered.ts'
import { findModelRows } from './sql.ts'

interface Price extends Listed {
  lineItem: LineItem
  serviceTier: ServiceTier
  aboveInputTokens: bigint
  effectiveFrom: Date
  effectiveUntil: Date | null
  nanos: bigint
}

/** A request to price. */
export interface PricedRequest {
  tier: ServiceTier
  /** Number of input tokens, in billionths. */
  input: bigint
  at: Date
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

  /**
   * All prices. Prices for any request come first, newest first, and then prices for more input tokens and for other
   * tiers.
   */
  get prices(): readonly Price[] {
    return this.#prices
  }

  add(price: Price): void {
    this.#prices.push(price)
  }

  /** The price of a line item for a request, in nano-dollars. Null if there was no price. */
  priceOf(lineItem: LineItem, { tier, input, at }: PricedRequest): bigint | null {
    return priceFor(this.#prices, lineItem, tier, input, at.getTime())?.nanos ?? null
  }

  /**
   * Whether a payer may use the model: it is public or belongs to the payer's project. The playground covers all
   * projects.
   */
  isOpenTo({ kind, organizationId, projectId }: Payer): boolean {
    if (this.projectId === null) return true
    return kind === 'PLAYGROUND' ? this.organizationId === organizationId : this.projectId === projectId
  }
}

/** Whether a model can have this slug. */
export const isSlug = (text: string): boolean => /^[\x21-\x7e]{1,200}$/.test(text)

/** Finds models by slug with their prices, online or not. Texts that cannot be slugs are ignored. */
export async function findModels(database: Database, asked: readonly string[]): Promise<Map<string, PricedModel>> {
  const models = new Map<string, PricedModel>()
  const slugs = asked.filter(isSlug)
  if (slugs.length === 0) return models
  const rows = await findModelRows(database, slugs)
  for (const row of rows) {
    const model = models.get(row.slug) ?? new PricedModel(row.id, row.online, row.organization_id, row.project_id)
    models.set(row.slug, model)
    if (row.line_item === null) continue
    model.add({
      lineItem: row.line_item,
      serviceTier: row.service_tier,
      aboveInputTokens: BigInt(row.above_input_tokens),
      effectiveFrom: row.effective_from,
      effectiveUntil: row.effective_until,
      nanos: parseUsd(row.usd),
    })
  }
  return models
}
