import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { type Organization, type Project, useOrganization } from '../app/session.ts'
import { humanize } from '../keys/words.ts'
import { Button } from '../ui/button.tsx'
import { Badge, Empty } from '../ui/feedback.tsx'
import { Card, layout, Page, Table } from '../ui/layout.tsx'

const CreateProjectDialog = lazy(async () => ({
  default: (await import('../projects/create-project-dialog.tsx')).CreateProjectDialog,
}))

/** The projects of an organization. */
export function ProjectsPage() {
  const organization = useOrganization()
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const { projects } = organization
  return (
    <Page
      title="Projects"
      lead="A project has its own keys, collaborators and budgets. A key can never access another project."
      actions={
        organization.canCreateProjects && (
          <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
            Create project
          </Button>
        )
      }
    >
      <Card flush>
        {projects.length === 0 ? (
          <Empty icon="folder" title="No projects">
            Once somebody adds you to a project, it appears here.
          </Empty>
        ) : (
          <Table label="Projects">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Your role</th>
              </tr>
            </thead>
            <tbody>
              {projects.map((project) => (
                <Row key={project.id} organization={organization} project={project} />
              ))}
            </tbody>
          </Table>
        )}
      </Card>
      {creating && (
        <Suspense fallback={null}>
          <CreateProjectDialog
            organizationId={organization.id}
            onClose={() => setCreating(false)}
            onCreated={(projectId) =>
              void navigate({
                to: '/o/$organizationId/projects/$projectId',
                params: { organizationId: organization.id, projectId },
              })
            }
          />
        </Suspense>
      )}
    </Page>
  )
}

function Row({ organization, project }: { organization: Organization; project: Project }) {
  return (
    <tr>
      <td>
        <div className={layout.main}>
          <span className={layout.titleRow}>
            {project.canListKeys ? (
              <Link
                to="/o/$organizationId/projects/$projectId"
                params={{ organizationId: organization.id, projectId: project.id }}
                className={layout.link ?? ''}
                dir="auto"
              >
                {project.name}
              </Link>
            ) : (
              <span dir="auto">{project.name}</span>
            )}
            {project.isDefault && <Badge>Default</Badge>}
            {project.archivedAt && <Badge tone="warn">Archived</Badge>}
          </span>
        </div>
      </td>
      <td className={layout.nowrap}>
        {project.viewerRole ? humanize(project.viewerRole) : <span className={layout.soft}>No access to its keys</span>}
      </td>
    </tr>
  )
}
