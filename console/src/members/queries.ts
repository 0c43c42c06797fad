import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { keyward } from '../app/api.ts'
import {
  CollaboratorsDocument,
  type InvitationRowFragment,
  type MemberRowFragment,
  MembersDocument,
  OrganizationInvitationsDocument,
  ProjectInvitationsDocument,
} from '../generated/graphql.ts'
import { pageOf } from '../keys/queries.ts'

export type MemberRow = MemberRowFragment
export type InvitationRow = InvitationRowFragment

export interface Place {
  after?: string
  before?: string
}

export const membersQuery = (id: string, place: Place) =>
  queryOptions({
    queryKey: ['members', id, place],
    queryFn: async ({ signal }) =>
      (await keyward.request(MembersDocument, { id, ...pageOf(place) }, { signal })).organization?.members ?? null,
    placeholderData: keepPreviousData,
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

export const collaboratorsQuery = (id: string, place: Place) =>
  queryOptions({
    queryKey: ['collaborators', id, place],
    queryFn: async ({ signal }) =>
      (await keyward.request(CollaboratorsDocument, { id, ...pageOf(place) }, { signal })).project?.collaborators ??
      null,
    placeholderData: keepPreviousData,
  })
