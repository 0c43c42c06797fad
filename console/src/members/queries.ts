import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { keyward } from '../app/api.ts'
import type { Organization } from '../app/session.ts'
import {
  CollaboratorsDocument,
  type InvitationRowFragment,
  type MemberRowFragment,
  MembersDocument,
  OrganizationInvitationsDocument,
  PeopleWithoutSecondFactorDocument,
  ProjectInvitationsDocument,
} from '../generated/graphql.ts'
import { pageOf } from '../keys/queries.ts'

export type MemberRow = MemberRowFragment
export type InvitationRow = InvitationRowFragment

export interface Place {
  after?: string
  before?: string
}

/** A page of members, with their second factors if the person may read them. */
export const membersQuery = (
  { id, canReadSecondFactors: withSecondFactor }: Organization,
  { secondFactor, ...place }: Place & { secondFactor?: string },
) =>
  queryOptions({
    queryKey: ['members', id, place, secondFactor],
    queryFn: async ({ signal }) => {
      const filter = withSecondFactor && secondFactor ? { hasSecondFactor: secondFactor === 'yes' } : {}
      const variables = { id, withSecondFactor, ...filter, ...pageOf(place) }
      return (await keyward.request(MembersDocument, variables, { signal })).organization?.members ?? null
    },
    placeholderData: keepPreviousData,
  })

/** The people who lose their roles in an organization if it requires a second factor. */
export const withoutSecondFactorQuery = (id: string) =>
  queryOptions({
    queryKey: ['without-second-factor', id],
    queryFn: async ({ signal }) =>
      (await keyward.request(PeopleWithoutSecondFactorDocument, { id }, { signal })).organization
        ?.peopleWithoutSecondFactor ?? null,
  })

const isOpen = ({ status }: InvitationRow): boolean => status === 'OPEN'

/** The open invitations of an organization. */
export const organizationInvitationsQuery = (id: string) =>
  queryOptions({
    queryKey: ['invitations', id],
    queryFn: async ({ signal }) => {
      const { organization } = await keyward.request(OrganizationInvitationsDocument, { id }, { signal })
      return (organization?.invitations?.nodes ?? []).filter(isOpen)
    },
  })

/** The open invitations to a project. */
export const projectInvitationsQuery = (id: string) =>
  queryOptions({
    queryKey: ['invitations', id],
    queryFn: async ({ signal }) => {
      const { project } = await keyward.request(ProjectInvitationsDocument, { id }, { signal })
      return (project?.invitations?.nodes ?? []).filter(isOpen)
    },
  })

export const collaboratorsQuery = (
  id: string,
  { canReadSecondFactors: withSecondFactor }: Organization,
  place: Place,
) =>
  queryOptions({
    queryKey: ['collaborators', id, place],
    queryFn: async ({ signal }) => {
      const variables = { id, withSecondFactor, ...pageOf(place) }
      return (await keyward.request(CollaboratorsDocument, variables, { signal })).project?.collaborators ?? null
    },
    placeholderData: keepPreviousData,
  })
