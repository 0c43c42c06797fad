/** The server, the person's session, and the project whose keys the page shows. */
export interface Connection {
  /** The server's address. */
  baseUrl: string
  /** The signed session token of a person. */
  token: string
  projectId: string
}

/** A key, as the table shows it. */
export interface KeyRow {
  readonly id: string
  readonly name: string
  readonly start: string
  readonly status: string
  readonly createdAt: string
  readonly createdByName: string
  readonly lastUsedAt?: string | null | undefined
}

/** The data of the page. Each client has one hook that returns it. */
export interface Keys {
  /** The loaded keys, newest first. Undefined while the first page loads. */
  rows: readonly KeyRow[] | undefined
  /** Why the list or its changes cannot be loaded. */
  error: Error | null | undefined
  /** Loads the next page. Null on the last page. */
  loadMore: (() => unknown) | null
  create(name: string): Promise<{ secret: string }>
  rotate(id: string): Promise<{ secret: string }>
  revoke(id: string): Promise<unknown>
}

/** Number of keys on one page. */
export const PAGE = 10
