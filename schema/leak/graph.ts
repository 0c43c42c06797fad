import { keyPayload } from '../api-key/payload.ts'
import { mutation } from '../graphql/mutation.ts'
import { MAX_SOURCE, MAX_URL, reportLeakedKey } from './service.ts'

mutation('apiKeyReportLeaked', {
  description:
    'Reports that somebody else may have a key’s secret. By the key policy of its project the key is revoked at once, with the reason LEAKED, or flagged (`leakedAt`) and left to answer; both are audited and told to webhooks. For everyone with a role in the project.',
  input: (t) => ({
    id: t.id({ required: true, description: 'The key, `key_…`.' }),
    source: t.string({
      description: `Where it was found, such as \`a commit\`: at most ${MAX_SOURCE} characters. It is kept in the audit log.`,
    }),
    url: t.string({
      description: `The address where it was found: at most ${MAX_URL} characters. It is kept in the audit log; secrets in it are not.`,
    }),
  }),
  payloadDescription: 'The key that was revoked or flagged.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => reportLeakedKey(context, input),
})
