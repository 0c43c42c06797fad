import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { useOrganization } from '../app/session.ts'
import { ModelsCard } from '../playground/models-card.tsx'
import { TryCard } from '../playground/try-card.tsx'
import { NoAccess } from '../ui/feedback.tsx'
import { Page } from '../ui/layout.tsx'

/** Sends requests to models, and lists the models that a person can call. */
export function PlaygroundPage() {
  const organization = useOrganization()
  const search = useSearch({ from: '/signed-in/o/$organizationId/playground' })
  const navigate = useNavigate()
  const message = useRef<HTMLTextAreaElement>(null)
  const change = (next: object) => void navigate({ to: '.', search: next as never, resetScroll: false })
  if (!organization.canUsePlayground) return <NoAccess>Ask an admin of the organization for a role in it.</NoAccess>
  return (
    <Page title="Playground" lead="Try models with your own access, across all your projects and keys.">
      <TryCard
        organization={organization}
        chosen={search}
        choose={(chosen) => change({ ...search, ...chosen })}
        messageRef={message}
      />
      <ModelsCard
        organization={organization}
        search={search}
        change={change}
        choose={(model) => {
          change({ ...search, model })
          message.current?.focus()
        }}
      />
    </Page>
  )
}
