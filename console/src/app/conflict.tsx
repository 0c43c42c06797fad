import type { ConflictError } from '@keyward/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { keyward } from './api.ts'

/** Opens in a new tab, so that the form keeps the entered values. */
const NEW_TAB = { target: '_blank', rel: 'noreferrer' } as const

interface HolderProps {
  id: string
  organizationId: string
  children: ReactNode
}

function KeyLink({ id, organizationId, children }: HolderProps) {
  const { data } = useQuery({
    queryKey: ['holder', id],
    queryFn: ({ signal }) => keyward.apiKeys.get(id, { signal }),
  })
  if (!data) return children
  const params = { organizationId, projectId: data.project.id, keyId: id }
  return (
    <Link to="/o/$organizationId/projects/$projectId/keys/$keyId" params={params} {...NEW_TAB}>
      {children}
    </Link>
  )
}

function HolderLink({ id, name }: { id: string; name: string }) {
  const { organizationId, projectId } = useParams({ strict: false })
  const text = <bdi>{name}</bdi>
  if (organizationId === undefined) return text
  if (id.startsWith('key_')) {
    return (
      <KeyLink id={id} organizationId={organizationId}>
        {text}
      </KeyLink>
    )
  }
  if (id.startsWith('svc_')) {
    return (
      <Link to="/o/$organizationId/service-accounts" params={{ organizationId }} {...NEW_TAB}>
        {text}
      </Link>
    )
  }
  if (id.startsWith('col_') && projectId !== undefined) {
    return (
      <Link
        to="/o/$organizationId/projects/$projectId/collaborators"
        params={{ organizationId, projectId }}
        {...NEW_TAB}
      >
        {text}
      </Link>
    )
  }
  return text
}

/** The message of a conflict, with a link to the object that already has the value. */
export function Conflict({ error: { message, holder } }: { error: ConflictError }) {
  return (
    <>
      {message}
      {holder?.name != null && (
        <>
          {' '}
          See: <HolderLink id={holder.id} name={holder.name} />
        </>
      )}
    </>
  )
}
