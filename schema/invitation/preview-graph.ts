import { builder } from '../graphql/builder.ts'
import { OrganizationRoleEnum, ProjectRoleEnum } from '../role/graph.ts'
import { InvitationStatus } from './graph.ts'
import { hintOf, type PreviewGrant, type PreviewRow, previewInvitation } from './preview.ts'

const InvitationPreviewProject = builder.objectRef<PreviewGrant>('InvitationPreviewProject').implement({
  description: 'A project role that an invitation grants, for the holder of its link.',
  fields: (t) => ({
    name: t.string({ description: 'Name of the project.', resolve: ({ project }) => project.name }),
    role: t.expose('role', { type: ProjectRoleEnum, description: 'Role in the project.' }),
  }),
})

const InvitationPreview = builder.objectRef<PreviewRow>('InvitationPreview').implement({
  description:
    'An invitation as shown to the holder of its link. If the invitation is not OPEN, all fields except `status` and `expiresAt` are null. The same applies while its organization is being deleted, or while the project of an external collaborator is archived or deleted.',
  fields: (t) => ({
    organizationName: t.string({
      nullable: true,
      description: 'Name of the organization. Null if the invitation cannot be accepted.',
      resolve: ({ shown }) => shown?.organization.name ?? null,
    }),
    inviterName: t.string({
      nullable: true,
      description: 'Name of the sender. Null once the sender is deleted, or if the invitation cannot be accepted.',
      resolve: ({ shown }) => shown?.invitedByUser?.name ?? shown?.invitedByServiceAccount?.name ?? null,
    }),
    role: t.field({
      type: OrganizationRoleEnum,
      nullable: true,
      description:
        'Role granted in the organization. Null if the invitation is for an external collaborator, or cannot be accepted.',
      resolve: ({ shown }) => shown?.role ?? null,
    }),
    projects: t.field({
      type: [InvitationPreviewProject],
      nullable: true,
      description:
        'Project roles that the invitation grants, without projects that are archived or deleted. Null if the invitation cannot be accepted.',
      resolve: ({ shown }) => shown?.grants ?? null,
    }),
    emailHint: t.string({
      nullable: true,
      description:
        'First character and domain of the invited e-mail address, such as `a…@example.com`. Null if the invitation cannot be accepted.',
      resolve: ({ shown }) => (shown ? hintOf(shown.email) : null),
    }),
    isForViewer: t.boolean({
      nullable: true,
      description:
        'Whether the invitation was sent to your own e-mail address. Null unless a person is signed in and the invitation can be accepted.',
      resolve: ({ shown }, _args, { access: { actor } }) =>
        shown && actor.kind === 'USER' ? actor.email === shown.email : null,
    }),
    status: t.field({
      type: InvitationStatus,
      description: 'Current status. Only an OPEN invitation can be accepted.',
      resolve: ({ status }) => status,
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Expiration time, 7 days after sending.' }),
  }),
})

builder.queryField('invitationByToken', (t) =>
  t.field({
    type: InvitationPreview,
    nullable: true,
    description:
      'Looks up an invitation by the token of its link, also without a credential. Null if no invitation has the token. Too many unknown tokens from one address return RATE_LIMITED.',
    args: {
      token: t.arg.string({
        required: true,
        description: 'Token of the invitation, which follows `#token=` in the link. Send it as a variable.',
      }),
    },
    resolve: (_root, args, context) => previewInvitation(context, args),
  }),
)
