import { encodeId } from '../core/ids.ts'
import { MAX_EMAIL } from '../core/input.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import type { Erased } from './erase.ts'
import { eraseSelf } from './service.ts'

mutation('userErase', {
  description:
    'Erases your account immediately. It cannot be undone: your account, roles, sessions and tokens end, and your name and address are deleted, also in audit logs. Only audit events recorded before names were sealed keep them. Objects that you created stay. Your keys keep working unless a key policy pauses them. Requires a person who signed in within the last 10 minutes and owns no organization.',
  input: (t) => ({
    email: t.string({
      required: true,
      description: `The address of your account, as a confirmation: at most ${MAX_EMAIL} characters.`,
    }),
  }),
  payloadDescription: 'Counts of what ended with the account.',
  payload: (t: FieldsOf<Erased>) => ({
    userId: t.id({
      description: 'Your former id, `usr_…`. It stays in audit logs and in usage, and leads to no name.',
      resolve: ({ userId }) => encodeId('User', userId),
    }),
    organizations: t.exposeInt('organizations', { description: 'Number of organizations in which you had a role.' }),
    sessions: t.exposeInt('sessions', { description: 'Number of sessions that ended, this one included.' }),
    tokensEnded: t.exposeInt('tokensEnded', {
      description: 'Number of tokens of service accounts and of the playground that you knew and that ended.',
    }),
    keysPaused: t.exposeInt('keysPaused', { description: 'Number of your keys that key policies paused.' }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => eraseSelf(context, input),
})
