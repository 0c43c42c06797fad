import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { ApiKey } from '../api-key/graph.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { countLiveChildTokens } from './sql.ts'

const counts = createContextCache(
  ({ runtime: { database } }: GraphContext) =>
    new DataLoader<string, number>(
      async (ids) => {
        const found = await countLiveChildTokens(database, ids, database.clock.now())
        return ids.map((id) => found.get(id) ?? 0)
      },
      { cache: false },
    ),
)

builder.prismaObjectFields(ApiKey, (t) => ({
  liveChildTokens: t.int({
    description:
      'Number of child tokens that have not ended. `POST /token` exchanges a secret of the key for one of at most an hour.',
    select: { id: true },
    resolve: ({ id }, _args, context) => counts(context).load(id),
  }),
}))
