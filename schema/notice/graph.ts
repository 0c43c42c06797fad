import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { User } from '../user/graph.ts'
import { setNotices } from './service.ts'

builder.prismaObjectFields(User, (t) => ({
  noticesByMail: t.boolean({
    nullable: true,
    description:
      'Whether you are mailed notices, at most once a day. They concern keys that need attention, budget alerts, and failing webhooks. Null unless this is you.',
    resolve: (user, _args, { access: { actor } }) =>
      actor.kind === 'USER' && actor.id === user.id ? user.noticesByMail : null,
  }),
}))

mutation('userNoticesSet', {
  description:
    'Turns mailed notices on or off. They concern objects that you administer and keys that you created. Requires a signed-in person. Mail is sent only if the operator has configured a mail server.',
  input: (t) => ({
    byMail: t.boolean({ required: true, description: 'Whether to mail notices, at most once a day.' }),
  }),
  payloadDescription: 'You, after the change.',
  payload: (t: FieldsOf<{ userId: string }>) => ({
    user: t.prismaField({
      type: User,
      description: 'You, after the change.',
      resolve: async (query, { userId }, _args, { runtime, vouch }) =>
        vouch(await runtime.database.rows.user.findUniqueOrThrow({ ...query, where: { id: userId } })),
    }),
  }),
  resolve: (input, context) => setNotices(context, input),
})
