import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { keyward } from '../app/api.ts'
import { oneOf } from '../app/search.ts'
import { type Organization, useOrganization } from '../app/session.ts'
import { PlaygroundModelsDocument, type PlaygroundModelsQuery } from '../generated/graphql.ts'
import { pageOf } from '../keys/queries.ts'
import { WORKLOADS } from '../keys/search.ts'
import { humanize, workloadName } from '../keys/words.ts'
import { Empty, Failed, Loading } from '../ui/feedback.tsx'
import fieldClasses from '../ui/field.module.css'
import { Card, layout, Page, Table } from '../ui/layout.tsx'
import { money } from '../ui/money.ts'
import { Pager } from '../ui/pager.tsx'

type Row = NonNullable<PlaygroundModelsQuery['viewer']['playground']>['models']['nodes'][number]

/** The models that a person can call, with the projects and keys that give access to them. */
export function PlaygroundPage() {
  const organization = useOrganization()
  const search = useSearch({ from: '/signed-in/o/$organizationId/playground' })
  const navigate = useNavigate()
  const workload = oneOf(search.workload, WORKLOADS)
  const { data, error, refetch } = useQuery({
    queryKey: ['playground', search],
    queryFn: async ({ signal }) => {
      const variables = { ...pageOf(search), ...(workload ? { workload } : {}) }
      return (await keyward.request(PlaygroundModelsDocument, variables, { signal })).viewer.playground?.models ?? null
    },
    placeholderData: keepPreviousData,
  })
  const change = (next: object) => void navigate({ to: '.', search: next as never })
  return (
    <Page title="Models" lead="Online models that you can call, across all your projects and keys.">
      <div className={layout.toolbar}>
        <select
          className={fieldClasses.input}
          aria-label="Workload"
          value={workload ?? ''}
          onChange={(event) => change(event.currentTarget.value ? { workload: event.currentTarget.value } : {})}
        >
          <option value="">Any workload</option>
          {WORKLOADS.map((one) => (
            <option key={one} value={one}>
              {workloadName(one)}
            </option>
          ))}
        </select>
      </div>
      <Card flush>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading />
        ) : !data || data.nodes.length === 0 ? (
          <Empty icon="play" title="No models">
            Models appear once you may use a project and the operator of the instance has added some:{' '}
            <code>keyward-server models load FILE</code>
          </Empty>
        ) : (
          <>
            <Table label="Models">
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <th scope="col" className={layout.wideOnly}>
                    Workload
                  </th>
                  <th scope="col" className={layout.wideOnly}>
                    Price
                  </th>
                  <th scope="col">Through</th>
                </tr>
              </thead>
              <tbody>
                {data.nodes.map((row) => (
                  <ModelRow key={row.model.id} organization={organization} row={row} />
                ))}
              </tbody>
            </Table>
            <Pager
              pageInfo={data.pageInfo}
              total={data.totalCount}
              noun="model"
              go={(place) => change({ ...(workload ? { workload } : {}), ...place })}
            />
          </>
        )}
      </Card>
    </Page>
  )
}

const SHOWN_KEYS = 3

type Price = Row['model']['prices'][number]

const priceText = ({ lineItem, usd, unit, serviceTier, aboveInputTokens }: Price): string => {
  const item = humanize(lineItem).toLowerCase()
  const price = unit === 'PER_MILLION' ? `${money(usd)} / 1M ${item}` : `${money(usd)} / ${item.replace(/s$/, '')}`
  const tier = serviceTier === 'STANDARD' ? [] : [humanize(serviceTier).toLowerCase()]
  const above = aboveInputTokens === null ? [] : [`above ${Number(aboveInputTokens).toLocaleString('en')} input tokens`]
  const conditions = [...tier, ...above].join(', ')
  return conditions ? `${price} (${conditions})` : price
}

const priceKey = ({ lineItem, serviceTier, aboveInputTokens, effectiveFrom }: Price): string =>
  [lineItem, serviceTier, aboveInputTokens, effectiveFrom].join(' ')

function ModelRow({ organization, row: { model, projects, apiKeys } }: { organization: Organization; row: Row }) {
  const own = new Set(organization.projects.map(({ id }) => id))
  return (
    <tr>
      <td>
        <div className={layout.main}>
          <span dir="auto">{model.displayName}</span>
          <span className={[layout.sub, layout.mono].join(' ')}>{model.slug}</span>
        </div>
      </td>
      <td className={layout.wideOnly}>{workloadName(model.workload)}</td>
      <td className={[layout.wideOnly, layout.nowrap].join(' ')}>
        <div className={layout.main}>
          {model.prices.map((price) => (
            <span key={priceKey(price)} className={layout.sub}>
              {priceText(price)}
            </span>
          ))}
        </div>
      </td>
      <td>
        <div className={layout.main}>
          <span dir="auto">{projects.map(({ name }) => name).join(', ')}</span>
          <span className={layout.sub}>
            {apiKeys.slice(0, SHOWN_KEYS).map((key) =>
              own.has(key.project.id) ? (
                <Link
                  key={key.id}
                  to="/o/$organizationId/projects/$projectId/keys/$keyId"
                  params={{ organizationId: organization.id, projectId: key.project.id, keyId: key.id }}
                >
                  {key.name}
                </Link>
              ) : (
                <span key={key.id}>{key.name}</span>
              ),
            )}
            {apiKeys.length > SHOWN_KEYS && <span>and {apiKeys.length - SHOWN_KEYS} more keys</span>}
            {apiKeys.length === 0 && <span>No key of yours</span>}
          </span>
        </div>
      </td>
    </tr>
  )
}
