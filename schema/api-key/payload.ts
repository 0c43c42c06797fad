import type { GraphContext } from '../graphql/context.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { ApiKey } from './graph.ts'

/** The row of a key that the caller has just changed. */
export const loadKey = (query: object, apiKeyId: string, { runtime }: GraphContext) =>
  runtime.database.rows.apiKey.findUniqueOrThrow({ ...query, where: { id: apiKeyId } })

/** The payload field with the changed key. */
export const keyPayload = (t: FieldsOf<{ apiKeyId: string }>) => ({
  apiKey: t.prismaField({
    type: ApiKey,
    description: 'The key after the change.',
    resolve: (query, { apiKeyId }, _args, context) => loadKey(query, apiKeyId, context),
  }),
})
