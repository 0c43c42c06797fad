import { MAX_MODELS, MAX_PATTERN } from '@keyward/engine/models'
import { createContextCache } from '@pothos/core'
import { WorkloadEnum } from '../api-key/enums.ts'
import { ApiKey } from '../api-key/graph.ts'
import { loadKey } from '../api-key/payload.ts'
import { Loader } from '../core/loader.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { type CreatedToken, createTokenOfKey } from './create.ts'
import { MAX_ORIGIN, MAX_ORIGINS } from './origins.ts'
import { DEFAULT_LIFETIME_SECONDS, MAX_LIFETIME_SECONDS } from './service.ts'
import { countLiveChildTokens } from './sql.ts'

const counts = createContextCache(
  ({ runtime: { database } }: GraphContext) =>
    new Loader<string, number>(
      database,
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
      'Number of child tokens that still work. `POST /token` exchanges a secret of the key for a child token, which lives at most an hour.',
    select: { id: true },
    resolve: ({ id }, _args, context) => counts(context).load(id),
  }),
}))

mutation('apiKeyTokenCreate', {
  description:
    'Creates a child token of a key: a credential for gateways that lives at most an hour. The token may have narrower scopes than its key. It stops working when the current secret of the key does. `POST /token/revoke` ends it earlier. Requires a role in the project.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the key, `key_…`.' }),
    workloads: t.field({
      type: [WorkloadEnum],
      description: 'Workloads of the token. Default: those of the key.',
    }),
    models: t.stringList({
      description: `Models that the token may use: at most ${MAX_MODELS} slugs, or slug prefixes that end with \`*\`, each at most ${MAX_PATTERN} characters. Default: those of the key.`,
    }),
    expiresInSeconds: t.int({
      description: `Lifetime in seconds: 1 to ${MAX_LIFETIME_SECONDS}. The token never outlives its key. Default ${DEFAULT_LIFETIME_SECONDS}.`,
    }),
    maxCost: t.field({
      type: 'Decimal',
      description:
        'Maximum total cost of requests with the token, in US dollars: more than 0, at most 999999999. The budgets of the key apply, too. Default: no maximum.',
    }),
    origins: t.stringList({
      description: `Origins of web pages that may use the token, such as \`https://app.example.com\`; at most ${MAX_ORIGINS} of at most ${MAX_ORIGIN} characters. \`http\` is only for localhost. Gateways deny the token if a request has another \`Origin\` header or none. Default: any origin.`,
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The created token.',
  payload: (t: FieldsOf<CreatedToken>) => ({
    apiKey: t.prismaField({
      type: ApiKey,
      description: 'The key of the token.',
      resolve: (query, { apiKeyId }, _args, context) => loadKey(query, apiKeyId, context),
    }),
    token: t.exposeString('token', { description: 'Token, `kw_tmp_…`. Returned only once; only its hash is stored.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Expiration time. The token stops working earlier if its key or its secret stops working.',
      resolve: ({ expiresAt }) => new Date(expiresAt),
    }),
  }),
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createTokenOfKey(context, input),
})
