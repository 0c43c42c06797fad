import { Link } from '@tanstack/react-router'
import type { Organization } from '../app/session.ts'
import { Icon } from '../ui/icon.tsx'
import { layout } from '../ui/layout.tsx'

export const projectCrumb = (organization: Organization) => (
  <Link to="/o/$organizationId/projects" params={{ organizationId: organization.id }} className={layout.crumb ?? ''}>
    <Icon name="back" size={14} />
    Projects
  </Link>
)
