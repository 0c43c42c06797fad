import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { Card } from '../ui/layout.tsx'
import { fullTime } from '../ui/time.tsx'

const PauseDialog = lazy(async () => ({ default: (await import('./pause-dialog.tsx')).PauseDialog }))

interface PauseCardProps {
  name: string
  /** `project` or `organization`. */
  what: string
  /** Consequence of the pause, as a sentence. */
  effect: string
  paused: { pausedAt?: string | null; pausedUntil?: string | null }
  canPause: boolean
  canResume: boolean
  pause: (until: string | null) => Promise<unknown>
  resume: () => Promise<unknown>
}

/** Pauses or resumes a project or an organization in an emergency. */
export function PauseCard({ name, what, effect, paused, canPause, canResume, pause, resume }: PauseCardProps) {
  const [asking, setAsking] = useState(false)
  const resuming = useAction({ run: (_: undefined) => resume(), done: `Resumed the ${what}.` })
  const { pausedAt, pausedUntil } = paused
  if (!(pausedAt ? canResume : canPause)) return null
  return (
    <Card
      title={pausedAt ? 'Resume' : 'Pause'}
      note={
        pausedAt
          ? `Paused since ${fullTime(pausedAt)}${pausedUntil ? `, until ${fullTime(pausedUntil)}` : ''}. ${effect}`
          : `For an emergency. ${effect}`
      }
    >
      <ErrorNote error={resuming.error} />
      <div>
        {pausedAt ? (
          <Button busy={resuming.isPending} onClick={() => resuming.mutate(undefined)}>
            Resume {what}
          </Button>
        ) : (
          <Button kind="danger" onClick={() => setAsking(true)}>
            Pause {what}
          </Button>
        )}
      </div>
      {asking && (
        <Suspense fallback={null}>
          <PauseDialog
            name={name}
            what={what}
            effect={effect}
            pause={pause}
            done={`Paused the ${what}.`}
            onClose={() => setAsking(false)}
          />
        </Suspense>
      )}
    </Card>
  )
}
