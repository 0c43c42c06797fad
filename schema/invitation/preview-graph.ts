import { builder } from '../graphql/builder.ts'
import { OrganizationRoleEnum, ProjectRoleEnum } from '../role/graph.ts'
import { InvitationStatus, statusOf } from './graph.ts'
import { hintOf, type PreviewRow, previewInvitation } from './preview.ts'

const InvitationPreviewProject = builder.objectRef<PreviewRow['grants'][number]>('InvitationPreviewProject').implement({
  description: 'A project role that an invitation grants, for the holder of its link.',
  fields: (t) => ({
    name: t.string({ description: 'Name of the project.', resolve: ({ project }) => project.name }),
    role: t.expose('role', { type: ProjectRoleEnum, description: 'Role in the project.' }),
  }),
})

const InvitationPreview = builder.objectRef<PreviewRow>('InvitationPreview').implement({
  description: 'An invitation as the holder of its link sees it before accepting.',
  fields: (t) => ({
    organizationName: t.string({
      description: 'Name of the organization.',
      resolve: ({ organization }) => organization.name,
    }),
    inviterName: t.string({
      nullable: true,
      description: 'Name of the sender. Null once the sender is deleted.',
      resolve: ({ invitedByUser, invitedByServiceAccount }) =>
        invitedByUser?.name ?? invitedByServiceAccount?.name ?? null,
    }),
    role: t.expose('role', {
      type: OrganizationRoleEnum,
      nullable: true,
      description: 'Role granted in the organization. Null if the invitation is for an external collaborator.',
    }),
    projects: t.field({
      type: [InvitationPreviewProject],
      description: 'Project roles that the invitation grants.',
      resolve: ({ grants }) => grants,
    }),
    emailHint: t.string({
      description: 'First character and domain of the invited e-mail address, such as `a…@example.com`.',
      resolve: ({ email }) => hintOf(email),
    }),
    isForViewer: t.boolean({
      nullable: true,
      description: 'Whether the invitation was sent to your own e-mail address. Null unless a person is signed in.',
      resolve: ({ email }, _args, { access: { actor } }) => (actor.kind === 'USER' ? actor.email === email : null),
    }),
    status: t.field({
      type: InvitationStatus,
      description: 'Current status. Only an OPEN invitation can be accepted.',
      resolve: (invitation, _args, { runtime }) => statusOf(invitation, runtime.database.clock.now()),
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
