import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../../infra/app.ts'
import { createOrganization, join } from '../../infra/world.ts'
import { atOnce, MANY, type Stage, startStage, tally, winner } from './at-once.ts'

let stage: Stage
let heir: Client & { email: string }
let rival: Client & { email: string }

beforeAll(async () => {
  stage = await startStage()
  heir = await stage.signUp('Heir')
  rival = await stage.signUp('Rival')
})
afterAll(() => stage.close())

/** An organization with a pending ownership transfer. */
async function offer(name: string) {
  const { owner } = stage
  const { id: organizationId } = await createOrganization(owner, name)
  const memberId = await join(owner, organizationId, heir, 'MEMBER')
  await owner.mutate('ownershipTransferOffer', { organizationId, memberId })
  return { organizationId, memberId }
}

const owners = async (organizationId: string): Promise<string[]> => {
  const { data } = await stage.owner.ask(
    'query ($id: ID!) { organization(id: $id) { members { nodes { role principal { ... on User { email } } } } } }',
    { id: organizationId },
  )
  return data.organization.members.nodes
    .filter(({ role }: { role: string }) => role === 'OWNER')
    .map(({ principal }: { principal: { email: string } }) => principal.email)
}

test('only one of 64 concurrent acceptances of an ownership offer succeeds, and one Owner remains', async () => {
  const { organizationId } = await offer('Accepted by many')
  const outcomes = await atOnce(() => heir.mutate('ownershipTransferAccept', { organizationId }))
  expect(tally(outcomes)).toEqual({ OwnershipTransferAcceptPayload: 1, InvalidStateError: MANY - 1 })
  expect(await owners(organizationId)).toEqual([heir.email])
})

test('an ownership offer is either accepted or cancelled when both are requested concurrently', async () => {
  const { owner } = stage
  for (let round = 0; round < 3; round += 1) {
    const { organizationId } = await offer(`Taken back ${round}`)
    const outcomes = await atOnce(
      (index) =>
        index % 2 === round % 2
          ? heir.mutate('ownershipTransferAccept', { organizationId })
          : owner.mutate('ownershipTransferCancel', { organizationId }),
      8,
    )
    const accepted = outcomes.some(({ __typename }) => __typename === 'OwnershipTransferAcceptPayload')
    // Cancelling a cancelled offer succeeds.
    expect(tally(outcomes)).toEqual(
      accepted
        ? { OwnershipTransferAcceptPayload: 1, InvalidStateError: 7 }
        : { OwnershipTransferCancelPayload: 4, InvalidStateError: 4 },
    )
    expect(await owners(organizationId)).toEqual([accepted ? heir.email : owner.email])
  }
})

test('an organization keeps exactly one Owner if the recipient is removed while accepting ownership', async () => {
  const { owner } = stage
  for (let round = 0; round < 6; round += 1) {
    const { organizationId, memberId } = await offer(`Removed ${round}`)
    const accept = () => heir.mutate('ownershipTransferAccept', { organizationId })
    const remove = () => owner.mutate('memberRemove', { id: memberId })
    const [first, second] = await Promise.all(round % 2 ? [accept(), remove()] : [remove(), accept()])
    const outcomes = [first, second]
    const { __typename } = winner(outcomes)
    expect(['OwnershipTransferAcceptPayload', 'MemberRemovePayload']).toContain(__typename)
    const [lost] = outcomes.filter((outcome) => outcome.__typename !== __typename)
    expect(['InvalidStateError', 'NotFoundError', 'ForbiddenError']).toContain(lost.__typename)
    const accepted = __typename === 'OwnershipTransferAcceptPayload'
    expect(await owners(organizationId)).toEqual([accepted ? heir.email : owner.email])
  }
})

test('concurrent ownership offers to two people leave one offer open', async () => {
  const { owner, database } = stage
  const { organizationId, memberId } = await offer('Offered to two')
  const rivalId = await join(owner, organizationId, rival, 'MEMBER')
  const outcomes = await atOnce(
    (index) => owner.mutate('ownershipTransferOffer', { organizationId, memberId: index % 2 ? memberId : rivalId }),
    16,
  )
  expect(tally(outcomes)).toEqual({ OwnershipTransferOfferPayload: 16 })
  expect(
    await database.prisma.ownershipOffer.count({
      where: { organization: { name: 'Offered to two' }, acceptedAt: null, cancelledAt: null },
    }),
  ).toBe(1)
  const accepted = await Promise.all(
    [heir, rival].map((client) => client.mutate('ownershipTransferAccept', { organizationId })),
  )
  expect(tally(accepted)).toEqual({ OwnershipTransferAcceptPayload: 1, InvalidStateError: 1 })
})
