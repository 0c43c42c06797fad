import { AuthenticationError } from '@keyward/sdk'
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import {
  OrganizationAccessDocument,
  type OrganizationAccessFragment,
  type ProjectAccessFragment,
  SessionDocument,
  type SessionQuery,
} from '../generated/graphql.ts'
import { keyward } from './api.ts'
import { type OrganizationFlags, organizationFlags, type ProjectFlags, projectFlags } from './permissions.ts'

/** A signed-in person with their organizations. */
export interface Session {
  user: NonNullable<SessionQuery['viewer']['user']>
  organizations: SessionQuery['viewer']['organizations']['nodes']
  /** Organizations that withhold a role until the person sets up a second factor. */
  secondFactorRequiredBy: SessionQuery['viewer']['secondFactorRequiredBy']
}

/** The signed-in person. Null if nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const { viewer } = await keyward.request(SessionDocument, {}, { signal })
      const { user, organizations, secondFactorRequiredBy } = viewer
      return user && { user, organizations: organizations.nodes, secondFactorRequiredBy }
    } catch (error) {
      // The cookie belongs to a session that has ended.
      if (error instanceof AuthenticationError) return null
      throw error
    }
  },
  staleTime: 60_000,
})

export type Organization = OrganizationAccessFragment & OrganizationFlags & { projects: readonly Project[] }
export type Project = ProjectAccessFragment & ProjectFlags

/** An organization with the actions that the server permits in it and in each of its projects. Null if it is not visible. */
export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organization', id],
    queryFn: async ({ signal }): Promise<Organization | null> => {
      const projects: Project[] = []
      let projectsAfter: string | null = null
      for (;;) {
        const answer: Awaited<ReturnType<typeof readPage>> = await readPage(id, projectsAfter, signal)
        if (!answer) return null
        projects.push(...answer.projects.nodes.map((node) => ({ ...node, ...projectFlags(node.viewerActions) })))
        projectsAfter = answer.projects.pageInfo.endCursor ?? null
        if (!answer.projects.pageInfo.hasNextPage) {
          return { ...answer, ...organizationFlags(answer.viewerActions), projects }
        }
      }
    },
    staleTime: 60_000,
  })

async function readPage(id: string, projectsAfter: string | null, signal: AbortSignal) {
  return (await keyward.request(OrganizationAccessDocument, { id, projectsAfter }, { signal })).organization
}

/** The signed-in person, on pages that require one. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery)
  if (!data) throw new AuthenticationError('You are signed out.', NOWHERE)
  return data
}

const NOWHERE = { code: 'UNAUTHENTICATED', operation: 'Session', requestId: null }

/** The organization of the page. */
export function useOrganization(): Organization {
  const { organizationId = '' } = useParams({ strict: false })
  const { data } = useSuspenseQuery(organizationQuery(organizationId))
  if (!data) throw new Error('This organization does not exist, or you may not see it.')
  return data
}

/** The project of the page. */
export function useProject(): Project {
  const { projectId = '' } = useParams({ strict: false })
  const project = useOrganization().projects.find(({ id }) => id === projectId)
  if (!project) throw new Error('This project does not exist, or you may not see it.')
  return project
}
