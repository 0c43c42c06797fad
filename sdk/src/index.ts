export { Keyward, Keyward as default } from './core/client.ts'
export * from './core/errors.ts'
export {
  type ChildToken,
  exchangeIdentityToken,
  exchangeToken,
  revokeToken,
  type TokenExchange,
  type TokenOptions,
} from './core/exchange-token.ts'
export type {
  Attempt,
  ClientOptions,
  DocumentOptions,
  ErrorPolicy,
  Fetch,
  FollowOptions,
  IdempotentOptions,
  RequestOptions,
} from './core/options.ts'
export { List, Page, type PageInfo } from './core/page.ts'
export type { Answered, FieldError, PartialData, PartialResponse } from './core/partial.ts'
export type * from './generated/types.ts'
export type { TypedDocument } from './internal/operation.ts'
