import { builder } from '../graphql/builder.ts'
import { guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { Member } from '../member/graph.ts'
import { organizationPayload } from '../organization/graph.ts'
import { acceptOwnership, cancelOwnershipOffer, isOpen, offerOwnership, visibleOffers } from './service.ts'

const OwnershipOffer = builder.prismaNode('OwnershipOffer', {
  id: { field: 'id', description: 'Permanent id, `own_…`.' },
  description:
    'An Owner’s offer to transfer an organization to another member. Visible to the Owner and the recipient.',
  ...guardType('organization:listMembers', (offer: { organizationId: string }) => offer),
  fields: (t) => ({
    organization: t.relation('organization', { description: 'Organization whose ownership is offered.' }),
    member: t.relation('member', { type: Member, description: 'Recipient of the offer.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of the offer.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Expiration time, 7 days after the offer.' }),
    acceptedAt: t.expose('acceptedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of acceptance. Null until accepted.',
    }),
  }),
})

registerNode('OwnershipOffer', ({ access, runtime }, ids, query) =>
  runtime.database.rows.ownershipOffer.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleOffers(access)] },
  }),
)

builder.prismaObjectField('Organization', 'ownershipOffer', (t) =>
  t.prismaField({
    type: OwnershipOffer,
    nullable: true,
    description:
      'Pending offer to transfer the ownership. Null if there is none, and for anyone but the Owner and the recipient.',
    ownStatement: true,
    resolve: async (query, organization, _args, { access, runtime }) => {
      const offer = await runtime.database.rows.ownershipOffer.findFirst({
        ...query,
        where: {
          AND: [{ organizationId: organization.id, acceptedAt: null, cancelledAt: null }, visibleOffers(access)],
        },
      })
      return offer && isOpen(offer, runtime.database.clock.now()) ? offer : null
    },
  }),
)

const ORGANIZATION = { required: true, description: 'Id of the organization, `org_…`.' } as const

mutation('ownershipTransferOffer', {
  description:
    'Offers the ownership of an organization to one of its members for 7 days. Replaces an earlier offer. Requires OWNER.',
  input: (t) => ({
    organizationId: t.id(ORGANIZATION),
    memberId: t.id({
      required: true,
      description: 'Id of the recipient’s membership, `mem_…`. The recipient must be a person.',
    }),
  }),
  payloadDescription: 'The created offer.',
  payload: (t: FieldsOf<{ offerId: string }>) => ({
    offer: t.prismaField({
      type: OwnershipOffer,
      description: 'The created offer.',
      resolve: (query, { offerId }, _args, { runtime }) =>
        runtime.database.rows.ownershipOffer.findUniqueOrThrow({ ...query, where: { id: offerId } }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => offerOwnership(context, input),
})

mutation('ownershipTransferAccept', {
  description:
    'Accepts the ownership of an organization. The previous Owner becomes an ADMIN. Available to the recipient of the offer.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION) }),
  payloadDescription: 'The organization with its new Owner.',
  payload: organizationPayload,
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  ownRoles: 'MAY_GAIN',
  resolve: (input, context) => acceptOwnership(context, input),
})

mutation('ownershipTransferCancel', {
  description:
    'Withdraws or declines a pending offer of ownership. If the newest offer is already cancelled, nothing changes, and the call succeeds. Available to the Owner and the recipient of the offer.',
  input: (t) => ({ organizationId: t.id(ORGANIZATION) }),
  payloadDescription: 'The organization without the offer.',
  payload: organizationPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => cancelOwnershipOffer(context, input),
})
