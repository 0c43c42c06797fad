import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { keyward } from '../app/api.ts'
import { CHAT_URL } from '../app/inference.ts'
import { oneOf } from '../app/search.ts'
import type { Organization } from '../app/session.ts'
import { PlaygroundModelsDocument, type PlaygroundModelsQuery } from '../generated/graphql.ts'
import { pageOf } from '../keys/queries.ts'
import { WORKLOADS } from '../keys/search.ts'
import { humanize, workloadName } from '../keys/words.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Failed, Loading, Quietly } from '../ui/feedback.tsx'
import fieldClasses from '../ui/field.module.css'
import { Card, layout, Table } from '../ui/layout.tsx'
import { money } from '../ui/money.ts'
import { Pager } from '../ui/pager.tsx'
import { writesText } from './cost.ts'

type Row = NonNullable<PlaygroundModelsQuery['viewer']['playground']>['models']['nodes'][number]

interface ModelsCardProps {
  organization: Organization
  search: { workload?: string; after?: string; before?: string; project?: string; model?: string }
  change: (search: object) => void
  /** Chooses a model for the next request. */
  choose: (slug: string) => void
}

/** The models that a person can call, with the projects and keys that give access to them. */
export function ModelsCard({ organization, search, change, choose }: ModelsCardProps) {
  const { after, before, project, model } = search
  const workload = oneOf(search.workload, WORKLOADS)
  const place = { ...(after ? { after } : {}), ...(before ? { before } : {}) }
  const { data, error, refetch } = useQuery({
    queryKey: ['playground', 'models', workload, place],
    queryFn: async ({ signal }) => {
      const variables = { ...pageOf(place), ...(workload ? { workload } : {}) }
      return (await keyward.request(PlaygroundModelsDocument, variables, { signal })).viewer.playground?.models ?? null
    },
    placeholderData: keepPreviousData,
  })
  const chosen = { ...(project ? { project } : {}), ...(model ? { model } : {}) }
  const filter = (
    <select
      className={fieldClasses.input}
      aria-label="Workload"
      value={workload ?? ''}
      onChange={({ currentTarget: { value } }) => change({ ...chosen, ...(value ? { workload: value } : {}) })}
    >
      <option value="">Any workload</option>
      {WORKLOADS.map((one) => (
        <option key={one} value={one}>
          {workloadName(one)}
        </option>
      ))}
    </select>
  )
  return (
    <Card title="Models" flush action={<div className={layout.toolbar}>{filter}</div>}>
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
                {CHAT_URL && (
                  <th scope="col" className={layout.end}>
                    <Quietly>Try</Quietly>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {data.nodes.map((row) => (
                <ModelRow key={row.model.id} organization={organization} row={row} choose={choose} />
              ))}
            </tbody>
          </Table>
          <Pager
            pageInfo={data.pageInfo}
            total={data.totalCount}
            noun="model"
            go={(next) => change({ ...chosen, ...(workload ? { workload } : {}), ...next })}
          />
        </>
      )}
    </Card>
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

const canAnswer = (model: Row['model']): boolean => model.workload === 'INFERENCE' && writesText(model)

interface ModelRowProps extends Pick<ModelsCardProps, 'organization' | 'choose'> {
  row: Row
}

function ModelRow({ organization, row: { model, projects, apiKeys }, choose }: ModelRowProps) {
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
      {CHAT_URL && (
        <td className={layout.end}>
          {canAnswer(model) && (
            <Button aria-label={`Try ${model.displayName}`} onClick={() => choose(model.slug)}>
              Try
            </Button>
          )}
        </td>
      )}
    </tr>
  )
}
