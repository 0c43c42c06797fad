import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { keyward } from '../app/api.ts'
import { useOrganization } from '../app/session.ts'
import { CostChart, colorOf } from '../costs/chart.tsx'
import classes from '../costs/costs.module.css'
import { Denied } from '../costs/denied.tsx'
import {
  type CostsSearch,
  GroupField,
  type Grouping,
  RangeField,
  rangeOf,
  searchOf,
  ZoneField,
} from '../costs/fields.tsx'
import { csvOf, drawnOf, type Series, seriesOf } from '../costs/series.ts'
import { askByDays, type Span } from '../costs/span.ts'
import { OrganizationCostsDocument, ProjectCostsDocument } from '../generated/graphql.ts'
import { ProjectPage } from '../projects/project-page.tsx'
import { Button } from '../ui/button.tsx'
import { download } from '../ui/download.ts'
import { Empty, Failed, Loading, NoAccess, Note } from '../ui/feedback.tsx'
import { Card, layout, Page, Table } from '../ui/layout.tsx'
import { count, money } from '../ui/money.ts'

type Scope = { organizationId: string } | { projectId: string }

/** The costs of the organization, or of the project in the address. */
export function CostsPage() {
  const organization = useOrganization()
  const { projectId } = useParams({ strict: false })
  if (projectId) {
    const project = organization.projects.find(({ id }) => id === projectId)
    return (
      <ProjectPage>
        {project?.canReadCosts ? (
          <Costs scope={{ projectId }} organizationId={organization.id} ownZone={organization.timeZone} />
        ) : (
          <NoAccess>Costs of a project are for its collaborators, except external ones.</NoAccess>
        )}
      </ProjectPage>
    )
  }
  return (
    <Page title="Costs" lead="Usage that gateways reported, priced by the catalogue.">
      {organization.canReadCosts ? (
        <Costs
          scope={{ organizationId: organization.id }}
          organizationId={organization.id}
          ownZone={organization.timeZone}
        />
      ) : (
        <NoAccess>The Owner and the ADMINs of the organization see its costs.</NoAccess>
      )}
    </Page>
  )
}

const readCosts = (scope: Scope, span: Span, { by, tag }: Grouping, signal: AbortSignal) =>
  askByDays(span, async (period) => {
    const input = { ...period, groupBy: [by], tagKey: tag }
    if ('projectId' in scope) {
      const { project } = await keyward.request(ProjectCostsDocument, { id: scope.projectId, input }, { signal })
      return { costs: project?.costAnalytics ?? null, tagKeys: project?.tagKeys ?? [] }
    }
    const variables = { id: scope.organizationId, input }
    const { organization } = await keyward.request(OrganizationCostsDocument, variables, { signal })
    return { costs: organization?.costAnalytics ?? null, tagKeys: organization?.tagKeys ?? [] }
  })

interface CostsProps {
  scope: Scope
  organizationId: string
  /** The time zone of the organization. */
  ownZone: string
}

function Costs({ scope, organizationId, ownZone }: CostsProps) {
  const search: CostsSearch = useSearch({ strict: false })
  const { zone = ownZone } = search
  const range = rangeOf(search)
  // TAG without a tag occurs if somebody shortened the address.
  const grouping: Grouping =
    search.by === 'TAG'
      ? { by: search.tag ? 'TAG' : 'CREDENTIAL', tag: search.tag ?? null }
      : { by: search.by ?? 'CREDENTIAL', tag: null }
  const { by, tag } = grouping
  const chosen = { by, ...(tag === null ? {} : { tag }) }
  const navigate = useNavigate()
  const change = (next: CostsSearch) => {
    const zones = search.zone === undefined ? {} : { zone: search.zone }
    void navigate({ to: '.', search: { ...zones, ...next } as never, replace: true, resetScroll: false })
  }
  const {
    data: read,
    error,
    refetch,
  } = useQuery({
    queryKey: ['costs', scope, range, by, tag, zone],
    queryFn: ({ signal }) => readCosts(scope, { range, zone }, grouping, signal),
    placeholderData: keepPreviousData,
  })
  const data = read?.answer.costs
  const shownZone = read?.zone ?? zone
  const series = data ? seriesOf(data, by) : []
  const starts = data?.buckets.map(({ start }) => start) ?? []
  return (
    <>
      <div className={layout.toolbar}>
        <RangeField range={range} zone={zone} change={(next) => change({ ...chosen, ...searchOf(next) })} />
        <GroupField
          grouping={grouping}
          isProject={'projectId' in scope}
          tagKeys={read?.answer.tagKeys ?? []}
          change={(next) => change({ ...searchOf(range), ...next })}
        />
        <ZoneField
          zone={zone}
          ownZone={ownZone}
          change={(next) => change({ ...searchOf(range), ...chosen, zone: next })}
        />
        {series.length > 0 && (
          <Button icon="download" onClick={() => download(csvOf(series, starts, shownZone), 'costs.csv', 'text/csv')}>
            CSV
          </Button>
        )}
      </div>
      {read && shownZone !== zone && (
        <Note>
          Days are shown in UTC, because the hours of this period cannot be divided into days in {zone}. For later
          periods they can, after an ADMIN has set such a time zone in the settings of the organization.
        </Note>
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : !data || series.length === 0 ? (
        <Card>
          <Empty icon="chart" title="No costs in this time">
            Once a gateway reports usage, its costs appear here. The operator of the instance connects one:{' '}
            <code>keyward-server gateway create NAME</code>
          </Empty>
        </Card>
      ) : (
        <>
          <Card>
            <p>
              <span className={classes.total}>{money(data.total)}</span>{' '}
              <span className={layout.soft}>for {count(data.totalRequests)} requests</span>
            </p>
            <CostChart series={drawnOf(series)} starts={starts} zone={shownZone} />
          </Card>
          <Card flush>
            <CostTable series={series} total={Number(data.total)} colors={drawnOf(series).length} />
          </Card>
        </>
      )}
      <Denied scope={scope} organizationId={organizationId} range={range} zone={zone} />
    </>
  )
}

const CostTable = ({ series, total, colors }: { series: Series[]; total: number; colors: number }) => (
  <Table label="Costs">
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col" className={layout.number}>
          Requests
        </th>
        <th scope="col" className={[layout.number, layout.wideOnly].join(' ')}>
          Share
        </th>
        <th scope="col" className={layout.number}>
          Cost
        </th>
      </tr>
    </thead>
    <tbody>
      {series.map(({ id, name, cost, requests }, index) => (
        <tr key={id}>
          <td>
            <span className={classes.name}>
              <svg className={classes.dot} aria-hidden="true">
                <rect width="100%" height="100%" fill={colorOf(Math.min(index, colors - 1))} />
              </svg>
              <span dir="auto">{name}</span>
            </span>
          </td>
          <td className={layout.number}>{count(requests)}</td>
          <td className={[layout.number, layout.wideOnly].join(' ')}>
            {total > 0 ? `${Math.round((cost / total) * 100)}%` : ''}
          </td>
          <td className={layout.number}>{money(cost)}</td>
        </tr>
      ))}
    </tbody>
  </Table>
)
