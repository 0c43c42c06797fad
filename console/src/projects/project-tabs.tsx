import { Link } from '@tanstack/react-router'
import type { Organization, Project } from '../app/session.ts'
import { Icon } from '../ui/icon.tsx'
import { layout } from '../ui/layout.tsx'

export const projectCrumb = (organization: Organization) => (
  <Link to="/o/$organizationId/projects" params={{ organizationId: organization.id }} className={layout.crumb ?? ''}>
    <Icon name="back" size={14} />
    Projects
  </Link>
)

/** The pages of a project. Pages that the server does not permit are not listed. */
export function ProjectTabs({ organization, project }: { organization: Organization; project: Project }) {
  const params = { organizationId: organization.id, projectId: project.id }
  const tabs = [
    { to: '/o/$organizationId/projects/$projectId', label: 'Keys', shown: project.canListKeys },
    {
      to: '/o/$organizationId/projects/$projectId/collaborators',
      label: 'Collaborators',
      shown: project.canListCollaborators,
    },
    { to: '/o/$organizationId/projects/$projectId/costs', label: 'Costs', shown: project.canReadCosts },
    { to: '/o/$organizationId/projects/$projectId/audit', label: 'Audit log', shown: project.canReadAudit },
    {
      to: '/o/$organizationId/projects/$projectId/settings',
      label: 'Settings',
      shown: project.canReadKeyPolicy || project.canUpdate,
    },
  ] as const
  return (
    <nav className={layout.tabs} aria-label="Project">
      {tabs
        .filter(({ shown }) => shown)
        .map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            params={params}
            className={layout.tab ?? ''}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {label}
          </Link>
        ))}
    </nav>
  )
}
