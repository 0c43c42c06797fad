import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { keyward } from '../app/api.ts'
import {
  type DenialDimension,
  type DenialsFragment,
  OrganizationDenialsDocument,
  ProjectDenialsDocument,
} from '../generated/graphql.ts'
import { DeniedReasons } from '../keys/key-denials.tsx'
import { DENIALS } from '../keys/words.ts'
import { Failed, Loading } from '../ui/feedback.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { count } from '../ui/money.ts'
import { askByDays, type Span, textOf } from './span.ts'

/** Maximum number of keys in the table. */
const LISTED = 20

type Scope = { organizationId: string } | { projectId: string }

const denialsQuery = (scope: Scope, { range, zone }: Span, groupBy: DenialDimension[]) =>
  queryOptions({
    queryKey: ['denials', scope, range, zone, groupBy],
    queryFn: async ({ signal }): Promise<DenialsFragment | null> => {
      const { answer } = await askByDays({ range, zone }, async (period) => {
        const input = { ...period, groupBy }
        if ('projectId' in scope) {
          const { project } = await keyward.request(ProjectDenialsDocument, { id: scope.projectId, input }, { signal })
          return project?.denials ?? null
        }
        const variables = { id: scope.organizationId, input }
        const { organization } = await keyward.request(OrganizationDenialsDocument, variables, { signal })
        return organization?.denials ?? null
      })
      return answer
    },
  })

interface DeniedKey {
  id: string
  name: string
  isKey: boolean
  project: { id: string; name: string } | null
  denials: number
  reasons: Map<string, number>
}

/** The credentials of denied requests, the most frequent first. */
function byKey(buckets: DenialsFragment['buckets']): DeniedKey[] {
  const keys = new Map<string, DeniedKey>()
  for (const { credential, project, reason, denials } of buckets.flatMap(({ groups }) => groups)) {
    if (!credential || reason === null) continue
    const { id, name, kind } = credential
    const place = `${id} ${project?.id}`
    const known = keys.get(place) ?? { id, name, isKey: kind === 'API_KEY', project, denials: 0, reasons: new Map() }
    known.denials += Number(denials)
    known.reasons.set(reason, (known.reasons.get(reason) ?? 0) + Number(denials))
    keys.set(place, known)
  }
  return [...keys.values()].sort((a, b) => b.denials - a.denials)
}

const mostFrequent = ({ reasons }: DeniedKey): string => {
  const [[reason = ''] = []] = [...reasons].sort(([, a], [, b]) => b - a)
  return DENIALS.get(reason) ?? reason
}

/** Denied requests of an organization or a project, by reason and by key. */
export function Denied({ scope, organizationId, range, zone }: { scope: Scope; organizationId: string } & Span) {
  const { data, error, refetch } = useQuery(denialsQuery(scope, { range, zone }, ['REASON']))
  return (
    <Card title="Denied requests" note={textOf(range)}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={2} />
      ) : !data || data.total === '0' ? (
        <p className={layout.soft}>No request was denied.</p>
      ) : (
        <>
          <DeniedReasons buckets={data.buckets} />
          <DeniedKeys scope={scope} organizationId={organizationId} range={range} zone={zone} />
        </>
      )}
    </Card>
  )
}

function DeniedKeys({ scope, organizationId, range, zone }: { scope: Scope; organizationId: string } & Span) {
  const { data, error, refetch } = useQuery(denialsQuery(scope, { range, zone }, ['REASON', 'PROJECT', 'CREDENTIAL']))
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (!data) return <Loading rows={2} />
  const keys = byKey(data.buckets)
  return (
    <>
      <Table label="Denied requests by key">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col" className={layout.wideOnly}>
              Project
            </th>
            <th scope="col">Most often</th>
            <th scope="col" className={layout.number}>
              Denied
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.slice(0, LISTED).map((key) => (
            <tr key={`${key.id} ${key.project?.id}`}>
              <td dir="auto">
                {key.isKey && key.project ? (
                  <Link
                    to="/o/$organizationId/projects/$projectId/keys/$keyId"
                    params={{ organizationId, projectId: key.project.id, keyId: key.id }}
                  >
                    {key.name}
                  </Link>
                ) : (
                  key.name
                )}
              </td>
              <td className={layout.wideOnly} dir="auto">
                {key.project?.name}
              </td>
              <td>{mostFrequent(key)}</td>
              <td className={layout.number}>{count(String(key.denials))}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {keys.length > LISTED && <p className={layout.soft}>and {keys.length - LISTED} more keys</p>}
    </>
  )
}
