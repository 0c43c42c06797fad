import { builder } from '../graphql/builder.ts'
import { type Decision, type Explained, explain } from './service.ts'

const DecidedBy = builder.enumType('ExplanationReason', {
  description: 'What decided. The list may grow.',
  values: {
    ROLE: { description: 'A role allows it: `role`.' },
    NO_ROLE: { description: 'No role that is held allows it; `allowedRoles` would.' },
    STATE: { description: 'The role would allow it, but the thing’s state does not; the message says what to do.' },
    NOT_VISIBLE: { description: 'There is no such thing, or the one who asks may not see it.' },
  } satisfies Record<Decision, object>,
})

const Explanation = builder.objectRef<Explained>('Explanation').implement({
  description: 'Why someone may or may not do something.',
  fields: (t) => ({
    action: t.exposeString('action', { description: 'The action that was asked about.' }),
    allowed: t.exposeBoolean('allowed', {
      description:
        'Whether a role allows it and no state stands against it. What else an input can get wrong is not asked.',
    }),
    decidedBy: t.expose('decidedBy', { type: DecidedBy, description: 'What decided.' }),
    role: t.exposeString('role', { nullable: true, description: 'The role that allows it; null when none does.' }),
    allowedRoles: t.exposeStringList('allowedRoles', { description: 'Every role that allows the action.' }),
    message: t.exposeString('message', { description: 'The same for people.' }),
  }),
})

const ExplainInput = builder.inputType('ExplainInput', {
  description: 'A question about what someone may do.',
  fields: (t) => ({
    action: t.string({
      required: true,
      description: 'The action, such as `apiKey:revoke`. An unknown one is BAD_REQUEST.',
    }),
    on: t.id({ required: true, description: 'To what: an organization, a project, a key or a legacy key.' }),
    principal: t.id({
      description: 'Who: `usr_…` or `svc_…`; oneself if not given. Others are for those who administer them.',
    }),
  }),
})

builder.queryField('explain', (t) =>
  t.field({
    type: Explanation,
    description:
      'Whether someone may do something, and which role or state decides. FORBIDDEN where one may not ask about others.',
    authScopes: { authenticated: true },
    args: { input: t.arg({ type: ExplainInput, required: true, description: 'The question.' }) },
    resolve: (_root, { input }, context) => explain(context, input),
  }),
)
