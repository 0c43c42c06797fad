import { builder } from '../graphql/builder.ts'
import { guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { Member } from '../member/graph.ts'
import { organizationPayload } from '../organization/graph.ts'
import { acceptOwnership, cancelOwnershipOffer, isOpen, offerOwnership, visibleOffers } from './service.ts'

const OwnershipOffer = builder.prismaNode('OwnershipOffer', {
  id: { field: 'id', description: 'The id, `own_…`.' },
  description:
    'The Owner’s offer of an organization to one of its people. Visible to the Owner and to who it is made to.',
  ...guardType('organization:listMembers', (offer: { organizationId: string }) => offer),
  fields: (t) => ({
    organization: t.relation('organization', { description: 'The organization that is offered.' }),
    member: t.relation('member', { type: Member, description: 'To whom.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be accepted: 7 days.' }),
    acceptedAt: t.expose('acceptedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was accepted; null while it was not.',
    }),
  }),
})

registerNode('OwnershipOffer', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.ownershipOffer.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleOffers(access)] },
  }),
)

builder.prismaObjectField('Organization', 'ownershipOffer', (t) =>
  t.prismaField({
    type: OwnershipOffer,
    nullable: true,
    description:
      'The open offer of its ownership. Null when there is none, and to all but the Owner and who it is made to.',
    resolve: async (query, organization, _args, { access, runtime }) => {
      const offer = await runtime.database.prisma.ownershipOffer.findFirst({
        ...query,
        where: {
          AND: [{ organizationId: organization.id, acceptedAt: null, cancelledAt: null }, visibleOffers(access)],
        },
      })
      return offer && isOpen(offer, runtime.database.clock.now()) ? offer : null
    },
  }),
)

const ORGANIZATION = { required: true, description: 'The organization, `org_…`.' } as const

mutation('ownershipTransferOffer', {
  description:
    'Offers the ownership to one of the organization’s people, for 7 days. Replaces an earlier offer. For the Owner.',
  input: (t) => ({
    organizationId: t.id(ORGANIZATION),
    memberId: t.id({ required: true, description: 'To whom: a person’s membership, `mem_…`.' }),
  }),
  payloadDescription: 'The offer.',
  payload: (t: FieldsOf<{ offerId: string }>) => ({
    offer: t.prismaField({
      type: OwnershipOffer,
      description: 'The offer that was made.',
      resolve: (query, { offerId }, _args, { runtime }) =>
        runtime.database.prisma.ownershipOffer.findUniqueOrThrow({ ...query, where: { id: offerId } }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => offerOwnership(context, input),
})

mutation('ownershipTransferAccept', {
  description:
    'Accepts the ownership of an organization. The Owner before becomes an ADMIN. For who it was offered to.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION) }),
  payloadDescription: 'The organization, with its new Owner.',
  payload: organizationPayload,
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => acceptOwnership(context, input),
})

mutation('ownershipTransferCancel', {
  description: 'Takes the open offer of ownership back, or declines it. For the Owner, and for who it was made to.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION) }),
  payloadDescription: 'The organization, without an open offer.',
  payload: organizationPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => cancelOwnershipOffer(context, input),
})
