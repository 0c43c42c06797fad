import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { type Project, useOrganization, useProject } from '../app/session.ts'
import { DeleteCard } from '../deletion/delete-card.tsx'
import { ProjectDeletionDocument, ProjectSettingsDocument, type ProjectSettingsQuery } from '../generated/graphql.ts'
import { PolicyCard } from '../key-policy/policy-card.tsx'
import { ConsumerLimitsCard } from '../limits/consumer-limits-card.tsx'
import { LimitsCard } from '../limits/limits-card.tsx'
import { PauseCard } from '../pause/pause-card.tsx'
import { ProjectPage } from '../projects/project-page.tsx'
import { TrustsCard } from '../trusts/trusts-card.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Form, SelectField, TextArea, TextField, textOf } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'

const ConfirmDialog = lazy(async () => ({ default: (await import('../app/confirm-dialog.tsx')).ConfirmDialog }))

type Settings = NonNullable<ProjectSettingsQuery['project']>

/** The settings of a project: name, key policy, limits, archive. */
export function ProjectSettingsPage() {
  const project = useProject()
  const isOpen = project.canReadKeyPolicy || project.canReadLimits || project.canUpdate || project.canListTrusts
  const { data, error, refetch } = useQuery({
    queryKey: ['project-settings', project.id],
    queryFn: async ({ signal }) => {
      const variables = { id: project.id, withPolicy: project.canReadKeyPolicy, withLimits: project.canReadLimits }
      return (await keyward.request(ProjectSettingsDocument, variables, { signal })).project
    },
    enabled: isOpen,
  })
  return (
    <ProjectPage>
      {!isOpen ? (
        <NoAccess>External collaborators need the project role ADMIN to see its settings.</NoAccess>
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : (
        <>
          {project.canUpdate && <About settings={data} />}
          {data.keyPolicy && <Policy project={project} policy={data.keyPolicy} />}
          {project.canReadLimits && (
            <LimitsCard
              note="All keys of the project share them."
              limits={data.usageLimits}
              status={data}
              canSet={project.canSetLimits}
              set={(limits) => keyward.projects.setUsageLimits({ projectId: project.id, ...limits })}
            />
          )}
          {project.canReadLimits && (
            <ConsumerLimitsCard project={project} each={data.consumerLimits} limited={data.limitedConsumers} />
          )}
          {project.canListTrusts && <TrustsCard project={project} />}
          <PauseCard
            name={project.name}
            what="project"
            effect="Requests with its keys are denied until it is resumed."
            paused={project}
            canPause={project.canPauseAll}
            canResume={project.canResumeAll}
            pause={(until) => keyward.projects.pause({ id: project.id, until })}
            resume={() => keyward.projects.resume({ id: project.id })}
          />
          <Archive project={project} />
          {project.archivedAt && project.canDelete && <Deletion project={project} />}
        </>
      )}
    </ProjectPage>
  )
}

function About({ settings }: { settings: Settings }) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) =>
      keyward.projects.update({
        id: settings.id,
        name: textOf(values, 'name'),
        description: textOf(values, 'description').trim(),
      }),
    done: 'Project changed.',
  })
  return (
    <Card title="Project">
      <Form onSend={mutate}>
        <TextField
          label="Name"
          name="name"
          defaultValue={settings.name}
          required
          maxLength={100}
          error={issueOf(error, 'name')}
        />
        <TextArea
          label="Purpose"
          name="description"
          optional
          rows={2}
          maxLength={1000}
          defaultValue={settings.description ?? ''}
          error={issueOf(error, 'description')}
        />
        <ErrorNote error={restOf(error, 'name', 'description')} />
        <div>
          <Button type="submit" busy={isPending}>
            Save
          </Button>
        </div>
      </Form>
    </Card>
  )
}

function Policy({ project, policy }: { project: Project; policy: NonNullable<Settings['keyPolicy']> }) {
  return (
    <PolicyCard
      note="Rules for the keys of this project. They can only be stricter than the organization’s."
      policy={policy}
      canSet={project.canSetKeyPolicy}
      set={(bounds, values) =>
        keyward.projects.setKeyPolicy({
          projectId: project.id,
          ...bounds,
          leakedKeyAction: textOf(values, 'leaked') === 'REVOKE' ? 'REVOKE' : 'FLAG',
        })
      }
    >
      <SelectField label="When a key is reported as leaked" name="leaked" defaultValue={policy.leakedKeyAction}>
        <option value="FLAG">Flag it</option>
        <option value="REVOKE">Revoke it</option>
      </SelectField>
    </PolicyCard>
  )
}

function Deletion({ project: { id, name } }: { project: Project }) {
  const organization = useOrganization()
  const navigate = useNavigate()
  return (
    <DeleteCard
      id={id}
      name={name}
      what="project"
      note="Deletes the archived project with its keys, resources and models. It cannot be undone."
      effect="It cannot be undone. Audit log and costs of the organization stay."
      count={async (signal) =>
        (await keyward.request(ProjectDeletionDocument, { id }, { signal })).project?.deletionContents
      }
      run={(typed) => keyward.projects.delete({ id, name: typed })}
      done="Project deleted."
      onDone={() => void navigate({ to: '/o/$organizationId/projects', params: { organizationId: organization.id } })}
    />
  )
}

function Archive({ project }: { project: Project }) {
  const [asking, setAsking] = useState(false)
  const restore = useAction({
    run: (_: undefined) => keyward.projects.restore({ id: project.id }),
    done: 'Project restored.',
  })
  if (project.isDefault || !(project.archivedAt ? project.canRestore : project.canArchive)) return null
  return (
    <Card
      title={project.archivedAt ? 'Restore' : 'Archive'}
      note={
        project.archivedAt
          ? 'Its keys work again, except revoked and expired ones.'
          : 'Its keys stop working until you restore the project. Usage and history stay.'
      }
    >
      <ErrorNote error={restore.error} />
      <div>
        {project.archivedAt ? (
          <Button busy={restore.isPending} onClick={() => restore.mutate(undefined)}>
            Restore project
          </Button>
        ) : (
          <Button kind="danger" onClick={() => setAsking(true)}>
            Archive project
          </Button>
        )}
      </div>
      {asking && (
        <Suspense fallback={null}>
          <ConfirmDialog
            title={`Archive “${project.name}”`}
            action="Archive project"
            run={() => keyward.projects.archive({ id: project.id })}
            done="Project archived."
            onClose={() => setAsking(false)}
          >
            Requests with its keys are denied from now on.
          </ConfirmDialog>
        </Suspense>
      )}
    </Card>
  )
}
