import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { type Organization, type Project, useOrganization, useProject, useSession } from '../app/session.ts'
import { humanize } from '../keys/words.ts'
import { InvitationsCard } from '../members/invitations-card.tsx'
import { NO_SECOND_FACTOR, Person } from '../members/person.tsx'
import { collaboratorsQuery, projectInvitationsQuery } from '../members/queries.ts'
import { ProjectPage } from '../projects/project-page.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Empty, ErrorNote, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { Menu } from '../ui/menu.tsx'
import { Pager } from '../ui/pager.tsx'
import { Day } from '../ui/time.tsx'

const AddDialog = lazy(async () => ({
  default: (await import('../members/add-collaborator-dialog.tsx')).AddCollaboratorDialog,
}))
const InviteDialog = lazy(async () => ({ default: (await import('../members/invite-dialog.tsx')).InviteDialog }))
const ConfirmDialog = lazy(async () => ({ default: (await import('../app/confirm-dialog.tsx')).ConfirmDialog }))

/** The collaborators of a project and its open invitations. */
export function CollaboratorsPage() {
  const organization = useOrganization()
  const project = useProject()
  const [dialog, setDialog] = useState<'add' | 'invite' | null>(null)
  const close = () => setDialog(null)
  const invitations = useQuery({ ...projectInvitationsQuery(project.id), enabled: project.canListInvitations })
  return (
    <ProjectPage
      actions={
        project.canAddCollaborators && (
          <>
            <Button icon="send" onClick={() => setDialog('invite')}>
              Invite by e-mail
            </Button>
            {organization.canListMembers && (
              <Button kind="primary" icon="plus" onClick={() => setDialog('add')}>
                Add member
              </Button>
            )}
          </>
        )
      }
    >
      {project.canListCollaborators ? (
        <Card flush>
          <Collaborators organization={organization} project={project} />
        </Card>
      ) : (
        <NoAccess>Ask an ADMIN of the project to add you.</NoAccess>
      )}
      {project.canListInvitations && <InvitationsCard query={invitations} canCancel={project.canCancelInvitations} />}
      <Suspense fallback={null}>
        {dialog === 'invite' && <InviteDialog to={{ projectId: project.id }} name={project.name} onClose={close} />}
        {dialog === 'add' && <AddDialog organization={organization} project={project} onClose={close} />}
      </Suspense>
    </ProjectPage>
  )
}

function Collaborators({ organization, project }: { organization: Organization; project: Project }) {
  const { user } = useSession()
  const place = useSearch({ from: '/signed-in/o/$organizationId/projects/$projectId/collaborators' })
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(collaboratorsQuery(project.id, organization, place))
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null)
  const setRole = useAction({
    run: (input: { id: string; role: 'ADMIN' | 'MEMBER' }) => keyward.collaborators.setRole(input),
    done: 'Role changed.',
  })
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.nodes.length === 0) {
    return (
      <Empty icon="users" title="No collaborators">
        The Owner and the ADMINs of the organization have access anyway, and every member has access to the default
        project.
      </Empty>
    )
  }
  return (
    <>
      <ErrorNote error={setRole.error} />
      <Table label="Collaborators">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col" className={layout.wideOnly}>
              Added
            </th>
            <th scope="col" className={layout.end}>
              Actions
            </th>
          </tr>
        </thead>
        <tbody>
          {data.nodes.map(({ id, principal, role, external, hasSecondFactor, addedAt }) => {
            const isOneself = principal.id === user.id
            const other = role === 'ADMIN' ? ('MEMBER' as const) : ('ADMIN' as const)
            return (
              <tr key={id}>
                <td>
                  <Person
                    principal={principal}
                    badges={[external && 'External', hasSecondFactor === false && NO_SECOND_FACTOR]}
                  />
                </td>
                <td>{humanize(role)}</td>
                <td className={layout.wideOnly}>
                  <Day time={addedAt} />
                </td>
                <td className={layout.end}>
                  {(project.canChangeCollaborators || isOneself) && (
                    <Menu
                      trigger={<IconButton icon="dots" label={`Actions for ${principal.name}`} />}
                      entries={[
                        ...(project.canChangeCollaborators
                          ? [
                              {
                                label: `Make ${other.toLowerCase()}`,
                                icon: 'person' as const,
                                run: () => setRole.mutate({ id, role: other }),
                              },
                            ]
                          : []),
                        {
                          label: isOneself ? 'Leave' : 'Remove',
                          icon: 'exit',
                          danger: true,
                          run: () => setRemoving({ id, name: principal.name }),
                        },
                      ]}
                    />
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </Table>
      <Pager
        pageInfo={data.pageInfo}
        total={data.totalCount}
        noun="collaborator"
        go={(next) => void navigate({ to: '.', search: next as never })}
      />
      {removing && (
        <Suspense fallback={null}>
          <ConfirmDialog
            title={`Remove “${removing.name}” from “${project.name}”`}
            action="Remove"
            run={() => keyward.collaborators.remove({ id: removing.id })}
            done="Collaborator removed."
            onClose={() => setRemoving(null)}
          >
            Their access to the project ends at once, and so do tokens that they may then no longer see. The keys that
            they created keep working, unless the key policy pauses them.
          </ConfirmDialog>
        </Suspense>
      )}
    </>
  )
}
