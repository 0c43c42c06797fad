import type { ApiKeyOrder } from '../generated/graphql.ts'
import type { KeysSearch } from './search.ts'

export type Sort = NonNullable<KeysSearch['sort']>

/** The field of each order, and the direction that puts the most interesting keys first. */
const ORDERS: Record<Sort, ApiKeyOrder> = {
  NEWEST: { field: 'CREATED_AT', direction: 'DESC' },
  NAME: { field: 'NAME', direction: 'ASC' },
  CREATOR: { field: 'CREATED_BY', direction: 'ASC' },
  LAST_USED: { field: 'LAST_USED_AT', direction: 'DESC' },
  EXPIRES: { field: 'EXPIRES_AT', direction: 'ASC' },
}

export const isAscending = (sort: Sort, isReversed: boolean): boolean =>
  (ORDERS[sort].direction === 'ASC') !== isReversed

/** The order that the address of a list specifies. */
export const orderOf = ({ sort = 'NEWEST', reverse = false }: KeysSearch): ApiKeyOrder => ({
  field: ORDERS[sort].field,
  direction: isAscending(sort, reverse) ? 'ASC' : 'DESC',
})
