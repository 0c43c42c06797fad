import { encodeId } from '../core/ids.ts'
import { MAX_EMAIL } from '../core/input.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import type { Erased } from './erase.ts'
import { eraseSelf } from './service.ts'

mutation('userErase', {
  description:
    'Erases your account immediately. The erasure cannot be undone. Your account, roles, sessions and tokens end. Your name and address are deleted, also in audit logs. Only audit events recorded before names were sealed (encrypted for each person) keep them. Objects that you created stay. Your keys keep working unless a key policy pauses them. Requires a person who signed in within the last 10 minutes and owns no organization.',
  input: (t) => ({
    email: t.string({
      required: true,
      description: `The address of your account, as a confirmation: at most ${MAX_EMAIL} characters.`,
    }),
  }),
  payloadDescription: 'Numbers of objects that ended with the account.',
  payload: (t: FieldsOf<Erased>) => ({
    userId: t.id({
      description: 'Your former id, `usr_…`. It remains in audit logs and usage, but no longer leads to your name.',
      resolve: ({ userId }) => encodeId('User', userId),
    }),
    organizations: t.exposeInt('organizations', { description: 'Number of organizations in which you had a role.' }),
    sessions: t.exposeInt('sessions', { description: 'Number of sessions that ended, this one included.' }),
    tokensEnded: t.exposeInt('tokensEnded', {
      description: 'Number of service-account and playground tokens that you knew and that stopped working.',
    }),
    keysPaused: t.exposeInt('keysPaused', { description: 'Number of your keys that key policies paused.' }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => eraseSelf(context, input),
})
