import { ApiError } from '@keyward/sdk'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Organization, Project } from '../app/session.ts'
import { messageOf, Note } from '../ui/feedback.tsx'
import { ChatDenied, Unreachable } from './chat.ts'

interface DenialProps {
  error: unknown
  organization: Organization
  project: Project
  isOtherOrigin: boolean
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['BUDGET_EXCEEDED', 'The budget has no room for this request'],
  ['RATE_LIMITED', 'The rate limit is reached'],
  ['CONCURRENCY_LIMITED', 'Too many requests are in progress'],
  ['MODEL_NOT_AVAILABLE', 'This model is not available to you'],
  ['PAUSED', 'The project or the organization is paused'],
  ['PROJECT_ARCHIVED', 'The project is archived'],
  ['EXPIRED', 'The playground token has expired'],
  ['NOT_FOUND', 'The endpoint does not know the playground token'],
  ['UNAVAILABLE', 'Keyward cannot decide at the moment'],
  ['UNKNOWN_SECRETS_LIMITED', 'The endpoint receives too many unknown tokens'],
])

/** Where a person changes the limits that denied a request, or whom they ask. */
function RaiseLimit({ organization, project }: Pick<DenialProps, 'organization' | 'project'>) {
  const params = { organizationId: organization.id, projectId: project.id }
  if (!project.canSetLimits) return <>Ask an admin of the project or of the organization to raise it.</>
  return (
    <>
      Raise it in the{' '}
      <Link to="/o/$organizationId/projects/$projectId/settings" params={params}>
        settings of the project
      </Link>
      {organization.canSetLimits && (
        <>
          {' '}
          or{' '}
          <Link to="/o/$organizationId/settings" params={params}>
            of the organization
          </Link>
        </>
      )}
      .
    </>
  )
}

const waitOf = ({ retryAfter }: ChatDenied): string =>
  retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? `Send it again in ${retryAfter} s.` : 'Send it again later.'

/** Says what a person can do about a denial. */
function adviceOf(error: ChatDenied, { organization, project }: DenialProps): ReactNode {
  const raise = <RaiseLimit organization={organization} project={project} />
  switch (error.code) {
    case 'BUDGET_EXCEEDED':
      return (
        <>
          Its highest possible cost exceeds the remaining amount. Lower the maximum of output tokens, or wait until the
          budget resets. {raise}
        </>
      )
    case 'RATE_LIMITED':
      return (
        <>
          {waitOf(error)} {raise}
        </>
      )
    case 'CONCURRENCY_LIMITED':
      return <>Wait until one of them ends, then send it again. {raise}</>
    case 'MODEL_NOT_AVAILABLE':
      return 'Choose another model. It may have been taken offline, or belong to a project that you may not use.'
    case 'PAUSED':
      return 'Choose another project, or ask an admin to resume it.'
    case 'PROJECT_ARCHIVED':
      return 'Choose another project, or ask an admin to restore it.'
    case 'EXPIRED':
    case 'NOT_FOUND':
      return 'You may have lost your role in the project, or the endpoint belongs to another instance. Reload the page.'
    case 'UNAVAILABLE':
    case 'UNKNOWN_SECRETS_LIMITED':
      return waitOf(error)
    default:
      return error.message.replaceAll('`', '')
  }
}

/** Why a request was not served, and what to do. */
export function Denial(props: DenialProps) {
  const { error, isOtherOrigin } = props
  if (error instanceof ChatDenied) {
    const title = TITLES.get(error.code ?? '') ?? 'The endpoint did not accept the request'
    return (
      <Note tone="bad">
        <p>
          <strong>{title}</strong>
        </p>
        <p>{adviceOf(error, props)}</p>
      </Note>
    )
  }
  if (error instanceof Unreachable) {
    return (
      <Note tone="bad">
        <p>
          <strong>The endpoint cannot be reached</strong>
        </p>
        <p>
          {isOtherOrigin
            ? `It does not respond, or does not allow requests from ${location.origin} (CORS). Ask its operator.`
            : 'Check your connection, then send it again.'}
        </p>
      </Note>
    )
  }
  return (
    <Note tone="bad">
      <p>
        <strong>{error instanceof ApiError ? 'No playground token could be created' : 'The answer failed'}</strong>
      </p>
      <p>{messageOf(error)}</p>
    </Note>
  )
}
