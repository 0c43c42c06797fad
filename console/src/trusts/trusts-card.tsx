import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import type { Project } from '../app/session.ts'
import { TrustsDocument, type TrustsQuery } from '../generated/graphql.ts'
import { humanize } from '../keys/words.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading } from '../ui/feedback.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'

const ConfirmDialog = lazy(async () => ({ default: (await import('../app/confirm-dialog.tsx')).ConfirmDialog }))
const TrustDialog = lazy(async () => ({ default: (await import('./trust-dialog.tsx')).TrustDialog }))

type Trust = NonNullable<NonNullable<TrustsQuery['project']>['trusts']>['nodes'][number]

/** The trusts of a project: workloads that act as a service account without a stored secret. */
export function TrustsCard({ project }: { project: Project }) {
  const [open, setOpen] = useState<'create' | Trust | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['trusts', project.id],
    queryFn: async ({ signal }) => (await keyward.request(TrustsDocument, { id: project.id }, { signal })).project,
  })
  const change = useAction({
    run: ({ id, enabled }: Trust) => keyward.trusts.update({ id, enabled: !enabled }),
    done: 'Trust changed.',
  })
  const accounts = (data?.collaborators?.nodes ?? []).flatMap(({ principal }) =>
    principal.__typename === 'ServiceAccount' ? [principal] : [],
  )
  const trusts = data?.trusts?.nodes
  return (
    <Card
      title="Workload identity"
      note="Pipelines and pods act as a service account with their own identity token, without a stored secret."
      flush
      action={project.canCreateTrusts && <Button onClick={() => setOpen('create')}>Add trust</Button>}
    >
      <ErrorNote error={change.error} />
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !trusts ? (
        <Loading rows={2} />
      ) : (
        trusts.length > 0 && (
          <Table label="Trusts">
            <thead>
              <tr>
                <th scope="col">Trust</th>
                <th scope="col" className={layout.wideOnly}>
                  Conditions
                </th>
                <th scope="col" className={layout.wideOnly}>
                  Last use
                </th>
                {project.canCreateTrusts && (
                  <th scope="col" className={layout.end}>
                    Actions
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {trusts.map((trust) => (
                <tr key={trust.id}>
                  <td>
                    <div className={layout.main}>
                      <span dir="auto">{trust.name}</span>
                      <span className={layout.sub}>
                        {trust.enabled ? `Acts as ${trust.serviceAccount.name}` : 'Disabled'}
                      </span>
                      <span className={layout.sub}>
                        <code>{trust.id}</code>
                      </span>
                    </div>
                  </td>
                  <td className={layout.wideOnly}>
                    <div className={layout.main}>
                      <span>{trust.issuer}</span>
                      {trust.conditions.map(({ claim, pattern }) => (
                        <span key={claim} className={layout.sub}>
                          {claim}={pattern}
                        </span>
                      ))}
                    </div>
                  </td>
                  <td className={layout.wideOnly}>
                    <Ago time={trust.lastUsedAt} />
                    {trust.lastDenial && (
                      <span className={layout.sub}>
                        {' '}
                        Denied <Ago time={trust.lastDeniedAt} />: {humanize(trust.lastDenial).toLowerCase()}
                      </span>
                    )}
                  </td>
                  {project.canCreateTrusts && (
                    <td className={layout.end}>
                      <Button
                        busy={change.isPending}
                        onClick={() => change.mutate(trust)}
                        aria-label={`${trust.enabled ? 'Disable' : 'Enable'} ${trust.name}`}
                      >
                        {trust.enabled ? 'Disable' : 'Enable'}
                      </Button>{' '}
                      <Button kind="danger" onClick={() => setOpen(trust)} aria-label={`Delete ${trust.name}`}>
                        Delete
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </Table>
        )
      )}
      <Suspense fallback={null}>
        {open === 'create' && <TrustDialog projectId={project.id} accounts={accounts} onClose={() => setOpen(null)} />}
        {open !== null && open !== 'create' && (
          <ConfirmDialog
            title={`Delete “${open.name}”`}
            action="Delete trust"
            run={() => keyward.trusts.delete({ id: open.id })}
            done="Trust deleted."
            onClose={() => setOpen(null)}
          >
            Tokens that were exchanged under it stop working at once.
          </ConfirmDialog>
        )}
      </Suspense>
    </Card>
  )
}
