import { useQuery } from '@tanstack/react-query'
import { Details } from '../audit/details.tsx'
import { actionText, actorText } from '../audit/words.ts'
import { Failed, Loading } from '../ui/feedback.tsx'
import { Card } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import classes from './keys.module.css'
import { keyHistoryQuery } from './queries.ts'

/** The last audit events of a key. */
export function KeyHistory({ projectId, keyId }: { projectId: string; keyId: string }) {
  const { data, error, refetch } = useQuery(keyHistoryQuery(projectId, keyId))
  return (
    <Card title="History">
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading rows={3} />
      ) : (
        <ol className={classes.history}>
          {data.map((event) => (
            <li key={event.id}>
              <span>
                <strong>{actionText(event.action)}</strong> by <span dir="auto">{actorText(event.actor)}</span>{' '}
                <Ago time={event.at} />
              </span>
              {event.details.length > 0 && (
                <p>
                  <Details details={event.details} />
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
