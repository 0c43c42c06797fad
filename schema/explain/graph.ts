import { builder } from '../graphql/builder.ts'
import { type Decision, type Explained, explain } from './service.ts'

const DecidedBy = builder.enumType('ExplanationReason', {
  description: 'Basis of a decision. More values may be added.',
  values: {
    ROLE: { description: 'A role permits the action. See `role`.' },
    NO_ROLE: { description: 'None of the principal’s roles permits the action. See `allowedRoles`.' },
    STATE: {
      description: 'The role permits the action, but the target’s state does not. The message says what to do.',
    },
    NOT_VISIBLE: { description: 'The target does not exist or is not visible to you.' },
  } satisfies Record<Decision, object>,
})

const Explanation = builder.objectRef<Explained>('Explanation').implement({
  description: 'Decision on an action, with the role or state that decides it.',
  fields: (t) => ({
    action: t.exposeString('action', { description: 'Action in question.' }),
    allowed: t.exposeBoolean('allowed', {
      description:
        'Whether the principal’s role and the target’s state permit the action. Input validation is not considered.',
    }),
    decidedBy: t.expose('decidedBy', { type: DecidedBy, description: 'Basis of the decision.' }),
    role: t.exposeString('role', { nullable: true, description: 'Role that permits the action. Null if none does.' }),
    allowedRoles: t.exposeStringList('allowedRoles', { description: 'All roles that permit the action.' }),
    message: t.exposeString('message', { description: 'Human-readable explanation.' }),
  }),
})

const ExplainInput = builder.inputType('ExplainInput', {
  description: 'The action, target and principal to explain.',
  fields: (t) => ({
    action: t.string({
      required: true,
      description: 'Action, such as `apiKey:revoke`. An unknown action returns BAD_REQUEST.',
    }),
    on: t.id({ required: true, description: 'Id of the target: an organization, project, key or legacy key.' }),
    principal: t.id({
      description:
        'Id of the principal: `usr_…` or `svc_…`. Default: the caller. To explain another principal, you must be the Owner or an ADMIN of the target’s organization or project.',
    }),
  }),
})

builder.queryField('explain', (t) =>
  t.field({
    type: Explanation,
    description:
      'Explains whether a principal may perform an action and which role or state decides it. Returns FORBIDDEN if you may not explain that principal.',
    authScopes: { authenticated: true },
    args: {
      input: t.arg({ type: ExplainInput, required: true, description: 'The action, target and principal to explain.' }),
    },
    resolve: (_root, { input }, context) => explain(context, input),
  }),
)
