import type { Database } from '@keyward/prisma/database'
import { pace } from '@keyward/prisma/pace'
import DataLoader from 'dataloader'

const others = Promise.resolve()

/**
 * Batches what the objects of one request load. If a long response takes several turns of the event loop, the batch
 * waits for the objects of later turns. The database identifies the request.
 */
export class Loader<Key, Value, CacheKey = Key> {
  readonly #make: () => DataLoader<Key, Value, CacheKey>
  /** Created for the first key, because most requests do not use all loaders. */
  #made: DataLoader<Key, Value, CacheKey> | null = null

  constructor(
    database: Pick<Database, 'requester'>,
    load: DataLoader.BatchLoadFn<Key, Value>,
    options?: DataLoader.Options<Key, Value, CacheKey>,
  ) {
    this.#make = () => {
      const begin = (dispatch: () => void) => {
        const request = database.requester
        // Like DataLoader, dispatches after the promises that are already settled.
        void others.then(() => process.nextTick(() => pace.hold(request, dispatch) || dispatch()))
      }
      return new DataLoader(load, { ...options, batchScheduleFn: begin })
    }
  }

  #loader(): DataLoader<Key, Value, CacheKey> {
    this.#made ??= this.#make()
    return this.#made
  }

  /** Loads a value in one batch with others requested in the same turn. Every key is loaded once. */
  load(key: Key): Promise<Value> {
    return this.#loader().load(key)
  }

  /** Keeps a value that is already known. */
  prime(key: Key, value: Value): void {
    this.#loader().prime(key, value)
  }

  /** Forgets everything that was loaded. */
  clearAll(): void {
    this.#made?.clearAll()
  }
}
