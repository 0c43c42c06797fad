import type { ReactNode } from 'react'
import { useOrganization, useProject } from '../app/session.ts'
import { Badge } from '../ui/feedback.tsx'
import { Page } from '../ui/layout.tsx'
import { ProjectTabs, projectCrumb } from './project-tabs.tsx'

/** The frame of every page of a project: its name, its state and its tabs. */
export function ProjectPage({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const organization = useOrganization()
  const project = useProject()
  return (
    <Page
      title={project.name}
      crumb={projectCrumb(organization)}
      badges={
        <>
          {project.isDefault && <Badge>Default project</Badge>}
          {project.pausedAt && <Badge tone="warn">Paused</Badge>}
          {project.archivedAt && <Badge tone="warn">Archived</Badge>}
        </>
      }
      actions={actions}
      tabs={<ProjectTabs organization={organization} project={project} />}
    >
      {children}
    </Page>
  )
}
