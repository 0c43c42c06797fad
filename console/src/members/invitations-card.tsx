import type { UseQueryResult } from '@tanstack/react-query'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { humanize } from '../keys/words.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading } from '../ui/feedback.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import type { InvitationRow } from './queries.ts'

const roleText = ({ role, projects }: InvitationRow): string => {
  const inProjects = projects.map((grant) => `${humanize(grant.role)} of ${grant.project.name}`)
  return [role && humanize(role), ...inProjects].filter(Boolean).join(', ')
}

interface InvitationsCardProps {
  query: UseQueryResult<InvitationRow[]>
  canCancel: boolean
}

/** Open invitations. They expire after 7 days. */
export function InvitationsCard({ query: { data, error, refetch }, canCancel }: InvitationsCardProps) {
  const cancel = useAction({
    run: (id: string) => keyward.invitations.cancel({ id }),
    done: 'Invitation cancelled.',
  })
  if (data?.length === 0) return null
  return (
    <Card title="Open invitations" flush>
      <ErrorNote error={cancel.error} />
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={2} />
      ) : (
        <Table label="Open invitations">
          <thead>
            <tr>
              <th scope="col">E-mail address</th>
              <th scope="col" className={layout.wideOnly}>
                Role
              </th>
              <th scope="col">Expires</th>
              {canCancel && (
                <th scope="col" className={layout.end}>
                  Actions
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.map((row) => (
              <tr key={row.id}>
                <td>
                  <div className={layout.main}>
                    <span>{row.email}</span>
                    <span className={[layout.sub, layout.narrowOnly].join(' ')}>{roleText(row)}</span>
                  </div>
                </td>
                <td className={layout.wideOnly}>{roleText(row)}</td>
                <td className={layout.nowrap}>
                  <Ago time={row.expiresAt} />
                </td>
                {canCancel && (
                  <td className={layout.end}>
                    <Button
                      busy={cancel.isPending}
                      onClick={() => cancel.mutate(row.id)}
                      aria-label={`Cancel ${row.email}`}
                    >
                      Cancel
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  )
}
