import { keyPayload } from '../api-key/payload.ts'
import { mutation } from '../graphql/mutation.ts'
import { MAX_SOURCE, MAX_URL, reportLeakedKey } from './service.ts'

mutation('apiKeyReportLeaked', {
  description:
    'Reports a key’s secret as leaked. The project’s key policy decides whether the key is revoked or only flagged (`leakedAt`). Requires a role in the project.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the key, `key_…`.' }),
    source: t.string({
      description: `Place where the secret was found, such as \`a commit\`: at most ${MAX_SOURCE} characters. Recorded in the audit log.`,
    }),
    url: t.string({
      description: `URL where the secret was found: at most ${MAX_URL} characters. Recorded in the audit log, with secrets removed.`,
    }),
  }),
  payloadDescription: 'The revoked or flagged key.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => reportLeakedKey(context, input),
})
