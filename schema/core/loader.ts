import type { Database } from '@keyward/prisma/database'
import { pace } from '@keyward/prisma/pace'
import DataLoader from 'dataloader'

const others = Promise.resolve()

/**
 * Batches what the objects of one request load. If a long response takes several turns of the event loop, the batch
 * waits for the objects of later turns. The database identifies the request.
 */
export class Loader<Key, Value, CacheKey = Key> extends DataLoader<Key, Value, CacheKey> {
  constructor(
    database: Pick<Database, 'requester'>,
    load: DataLoader.BatchLoadFn<Key, Value>,
    options?: DataLoader.Options<Key, Value, CacheKey>,
  ) {
    const begin = (dispatch: () => void) => {
      const request = database.requester
      // Like DataLoader, dispatches after the promises that are already settled.
      void others.then(() => process.nextTick(() => pace.hold(request, dispatch) || dispatch()))
    }
    super(load, { ...options, batchScheduleFn: begin })
  }
}
