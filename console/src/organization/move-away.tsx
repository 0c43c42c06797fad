import { Link } from '@tanstack/react-router'
import { buttonClass } from '../ui/button.tsx'
import { Badge } from '../ui/feedback.tsx'
import { Ago } from '../ui/time.tsx'
import classes from './move-away.module.css'

/** A legacy key that was unused for this long is considered replaced. */
const QUIET_MS = 7 * 86_400_000

interface MoveAwayProps {
  organizationId: string
  project: { id: string; name: string }
  lastUsedAt: string | null
  regenerate: () => void
}

/** Guides from the legacy key to keys of projects, in three steps. */
export function MoveAway({ organizationId, project, lastUsedAt, regenerate }: MoveAwayProps) {
  const isQuiet = lastUsedAt === null || Date.now() - Date.parse(lastUsedAt) > QUIET_MS
  return (
    <div className={classes.path}>
      <h3>Move away from the legacy key</h3>
      <ol>
        <li>
          <strong>Create a key for each application</strong>
          <p>
            In the project <bdi>{project.name}</bdi>, which the legacy key can access, or in another one. Then replace
            the legacy secret in the application.
          </p>
          <Link
            to="/o/$organizationId/projects/$projectId"
            params={{ organizationId, projectId: project.id }}
            className={buttonClass()}
          >
            Go to the keys of the project
          </Link>
        </li>
        <li>
          <strong>Check that nothing uses it</strong>
          <p>
            {lastUsedAt === null ? 'Its secret was never used' : 'Its last use was '}
            {lastUsedAt !== null && <Ago time={lastUsedAt} />}. Wait for a week without use.
          </p>
          <Badge tone={isQuiet ? 'good' : 'warn'}>{isQuiet ? 'Not used for a week' : 'Still in use'}</Badge>
        </li>
        <li>
          <strong>Retire the secret</strong>
          <p>
            A legacy key cannot be revoked. Regenerate it and give the new secret to nobody. The old secret then stops
            working.
          </p>
          <button type="button" className={buttonClass(isQuiet ? 'danger' : 'plain')} onClick={regenerate}>
            Retire the secret
          </button>
        </li>
      </ol>
    </div>
  )
}
