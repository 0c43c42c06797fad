import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { keyward } from '../app/api.ts'
import { useOrganization } from '../app/session.ts'
import { Details } from '../audit/details.tsx'
import { actionText, actorText, typeText } from '../audit/words.ts'
import { OrganizationAuditDocument, ProjectAuditDocument } from '../generated/graphql.ts'
import { pageOf } from '../keys/queries.ts'
import { ProjectPage } from '../projects/project-page.tsx'
import { Button } from '../ui/button.tsx'
import { DayField } from '../ui/day-field.tsx'
import { Empty, Failed, Loading, NoAccess } from '../ui/feedback.tsx'
import { Card, layout, Page, Table } from '../ui/layout.tsx'
import { Pager } from '../ui/pager.tsx'
import { fullTime } from '../ui/time.tsx'

interface AuditSearch {
  action?: string
  actor?: string
  target?: string
  from?: string
  to?: string
  after?: string
  before?: string
}

/** The audit log of the organization, or of the project in the address. */
export function AuditPage() {
  const organization = useOrganization()
  const { projectId } = useParams({ strict: false })
  if (projectId) {
    return (
      <ProjectPage>
        <AuditLog scope={{ projectId }} />
      </ProjectPage>
    )
  }
  return (
    <Page
      title="Audit log"
      lead="Every change, written in the transaction of the change. Each event carries the hash of the one before, which exposes later edits."
    >
      {organization.canReadAudit ? (
        <AuditLog scope={{ organizationId: organization.id }} />
      ) : (
        <NoAccess>The Owner and the ADMINs of the organization read its audit log.</NoAccess>
      )}
    </Page>
  )
}

const isDay = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text)

const filterOf = ({ action, actor, target, from, to }: AuditSearch) => ({
  ...(action ? { actions: [action] } : {}),
  ...(actor ? { actorId: actor } : {}),
  ...(target ? { targetId: target } : {}),
  ...(isDay(from) ? { from: new Date(`${from}T00:00:00`).toISOString() } : {}),
  ...(isDay(to) ? { to: new Date(`${to}T23:59:59`).toISOString() } : {}),
})

type Scope = { organizationId: string } | { projectId: string }

async function readLog(scope: Scope, search: AuditSearch, signal: AbortSignal) {
  const variables = { ...pageOf(search), filter: filterOf(search) }
  if ('projectId' in scope) {
    const { project } = await keyward.request(ProjectAuditDocument, { id: scope.projectId, ...variables }, { signal })
    return project?.auditLog ?? null
  }
  const { organization } = await keyward.request(
    OrganizationAuditDocument,
    { id: scope.organizationId, ...variables },
    { signal },
  )
  return organization?.auditLog ?? null
}

function AuditLog({ scope }: { scope: Scope }) {
  const search: AuditSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery({
    queryKey: ['audit', scope, search],
    queryFn: ({ signal }) => readLog(scope, search, signal),
    placeholderData: keepPreviousData,
  })
  const change = (next: AuditSearch) => void navigate({ to: '.', search: next as never, resetScroll: false })
  const { after: _after, before: _before, ...filters } = search
  const isFiltered = Object.values(filters).some(Boolean)
  return (
    <>
      <search className={layout.toolbar}>
        <DayField
          label="From"
          day={search.from ?? ''}
          change={(from) => change({ ...filters, ...(from ? { from } : {}) })}
        />
        <DayField label="To" day={search.to ?? ''} change={(to) => change({ ...filters, ...(to ? { to } : {}) })} />
        {isFiltered && <Button onClick={() => change({})}>Show all events</Button>}
      </search>
      <Card flush>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading />
        ) : !data || data.nodes.length === 0 ? (
          <Empty icon="log" title="No events match">
            Choose another time, or show all events.
          </Empty>
        ) : (
          <>
            <Table label="Audit events">
              <thead>
                <tr>
                  <th scope="col">Event</th>
                  <th scope="col" className={layout.wideOnly}>
                    By
                  </th>
                  <th scope="col" className={layout.wideOnly}>
                    On
                  </th>
                  <th scope="col">Time</th>
                </tr>
              </thead>
              <tbody>
                {data.nodes.map((event) => (
                  <tr key={event.id}>
                    <td>
                      <div className={layout.main}>
                        <Link
                          to="."
                          search={{ ...filters, action: event.action } as never}
                          className={layout.link ?? ''}
                          title="Show the events of this kind"
                        >
                          {actionText(event.action)}
                        </Link>
                        <span className={[layout.sub, layout.narrowOnly].join(' ')}>
                          <bdi>{actorText(event.actor)}</bdi>
                          {event.target.name && (
                            <>
                              {' · '}
                              <bdi>{event.target.name}</bdi>
                            </>
                          )}
                        </span>
                        {event.details.length > 0 && (
                          <span className={layout.sub}>
                            <span>
                              <Details details={event.details} />
                            </span>
                          </span>
                        )}
                      </div>
                    </td>
                    <td className={layout.wideOnly}>
                      {event.actor.id ? (
                        <Link
                          to="."
                          search={{ ...filters, actor: event.actor.id } as never}
                          className={layout.link ?? ''}
                          dir="auto"
                          title="Show the events of this actor"
                        >
                          {actorText(event.actor)}
                        </Link>
                      ) : (
                        actorText(event.actor)
                      )}
                    </td>
                    <td className={layout.wideOnly}>
                      <Link
                        to="."
                        search={{ ...filters, target: event.target.id } as never}
                        className={layout.link ?? ''}
                        dir="auto"
                        title="Show the events of this target"
                      >
                        {event.target.name ?? typeText(event.target.type)}
                      </Link>
                    </td>
                    <td className={layout.nowrap}>
                      <time dateTime={event.at}>{fullTime(event.at)}</time>
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
            <Pager
              pageInfo={data.pageInfo}
              noun="event"
              go={({ after, before }) =>
                change({ ...filters, ...(after ? { after } : {}), ...(before ? { before } : {}) })
              }
            />
          </>
        )}
      </Card>
    </>
  )
}
