import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { type Organization, type Project, useOrganization, useSession } from '../app/session.ts'
import { KeyCounts } from '../keys/key-counts.tsx'
import { KeyTable } from '../keys/key-table.tsx'
import { KeyToolbar } from '../keys/key-toolbar.tsx'
import classes from '../keys/keys.module.css'
import { type KeyRow, keySpendQuery, keysQuery } from '../keys/queries.ts'
import type { KeysSearch } from '../keys/search.ts'
import { ProjectTabs, projectCrumb } from '../projects/project-tabs.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Empty, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Card, Page } from '../ui/layout.tsx'
import { Pager } from '../ui/pager.tsx'

const RevokeManyDialog = lazy(async () => ({
  default: (await import('../keys/dialogs/revoke-many.tsx')).RevokeManyDialog,
}))
const CreateKeyDialog = lazy(async () => ({ default: (await import('../keys/create-key-dialog.tsx')).CreateKeyDialog }))

/** The keys of an organization, or of the project in the address. */
export function KeysPage() {
  const organization = useOrganization()
  const { projectId } = useParams({ strict: false })
  const project = organization.projects.find(({ id }) => id === projectId)
  if (projectId && !project) {
    return (
      <Empty icon="search" title="This project does not exist">
        It may belong to another organization, or you may not see it.
      </Empty>
    )
  }
  return <Keys key={projectId ?? 'all'} organization={organization} project={project ?? null} />
}

function Keys({ organization, project }: { organization: Organization; project: Project | null }) {
  const { user } = useSession()
  const search: KeysSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [revoking, setRevoking] = useState(false)
  const canList = project ? project.canListKeys : true
  const withBudget = project ? project.canReadBudget : organization.canReadCosts
  const scope = { organizationId: organization.id, projectId: project?.id, withBudget, userId: user.id }
  const { data, error, isPlaceholderData, refetch } = useQuery({ ...keysQuery(scope, search), enabled: canList })
  const withoutBudget = data?.nodes.flatMap(({ id, budgetStatus }) => (budgetStatus?.length === 0 ? [id] : [])) ?? []
  const { data: spent } = useQuery(keySpendQuery(withoutBudget, organization.timeZone))
  const where = project ? [project] : organization.projects
  const creatable = where.filter((one) => one.canCreateKeys && !one.archivedAt)
  // Only keys that the page shows can be selected.
  const chosen = data?.nodes.filter(({ id, status }) => selected.has(id) && status !== 'REVOKED') ?? []
  const selection = {
    ids: selected,
    change: setSelected,
    isSelectable: ({ status, project: { id } }: KeyRow) =>
      status !== 'REVOKED' && where.some((one) => one.id === id && one.canRevoke),
  }
  const change = (next: KeysSearch, replace = false) => {
    setSelected(new Set())
    void navigate({ to: '.', search: next as never, replace, resetScroll: false })
  }
  const { sort: _sort, reverse: _reverse, ...filters } = search
  const isFiltered = Object.values(filters).some((value) => value !== undefined)
  const create = creatable.length > 0 && (
    <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
      Create key
    </Button>
  )
  return (
    <Page
      title={project ? project.name : 'API keys'}
      lead={project ? undefined : 'Keys of all projects that you can read. A key can access only its own project.'}
      crumb={project && projectCrumb(organization)}
      badges={
        project && (
          <>
            {project.isDefault && <Badge>Default project</Badge>}
            {project.archivedAt && <Badge tone="warn">Archived</Badge>}
          </>
        )
      }
      actions={create}
      tabs={project && <ProjectTabs organization={organization} project={project} />}
    >
      {!canList ? (
        <NoAccess>To read the keys of this project, ask one of its ADMINs to add you as a collaborator.</NoAccess>
      ) : (
        <>
          <KeyCounts scope={scope} search={search} />
          <KeyToolbar
            search={search}
            creatorName={data?.nodes.find((row) => row.createdBy?.id === search.creator)?.createdByName ?? null}
            change={change}
          />
          <Card flush>
            {error ? (
              <Failed error={error} retry={() => void refetch()} />
            ) : data === undefined ? (
              <Loading />
            ) : !data || data.nodes.length === 0 ? (
              isFiltered ? (
                <Empty
                  icon="search"
                  title="No keys match"
                  actions={<Button onClick={() => change({ status: 'ALL' })}>Show all keys</Button>}
                >
                  {search.status === undefined
                    ? 'Paused, expired and revoked keys are in tabs of their own.'
                    : 'Choose other filters, or show all keys.'}
                </Empty>
              ) : (
                <Empty icon="key" title="No active keys" actions={create}>
                  Create a key for each application, so that you can limit, rotate and revoke it by itself.
                </Empty>
              )
            ) : (
              <>
                {chosen.length > 0 && (
                  <div className={classes.chosen}>
                    <span>{chosen.length} selected</span>
                    <Button kind="danger" icon="ban" onClick={() => setRevoking(true)}>
                      Revoke selected keys
                    </Button>
                  </div>
                )}
                <KeyTable
                  selection={selection}
                  organization={organization}
                  rows={data.nodes}
                  search={search}
                  withProject={!project}
                  withBudget={withBudget}
                  spent={spent}
                  dim={isPlaceholderData}
                />
                <Pager
                  pageInfo={data.pageInfo}
                  total={data.totalCount}
                  capped={data.totalCountCapped}
                  noun="key"
                  go={({ after, before }) => {
                    const { after: _after, before: _before, ...rest } = search
                    change({ ...rest, ...(after ? { after } : {}), ...(before ? { before } : {}) })
                  }}
                />
              </>
            )}
          </Card>
        </>
      )}
      {revoking && (
        <Suspense fallback={null}>
          <RevokeManyDialog
            rows={chosen}
            onDone={() => {
              setRevoking(false)
              setSelected(new Set())
            }}
            onClose={() => setRevoking(false)}
          />
        </Suspense>
      )}
      {creating && (
        <Suspense fallback={null}>
          <CreateKeyDialog projects={creatable} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </Page>
  )
}
