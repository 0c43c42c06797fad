import { restOf, useAction } from '../app/action.ts'
import type { LimitsFragment } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { Form } from '../ui/field.tsx'
import { Card, layout } from '../ui/layout.tsx'
import { LimitFields, limitsOf } from './limit-fields.tsx'
import { LimitMeters, type LimitStatus } from './meters.tsx'

interface LimitsCardProps {
  note: string
  limits: LimitsFragment | null | undefined
  status: LimitStatus
  canSet: boolean
  set: (limits: ReturnType<typeof limitsOf>) => Promise<unknown>
}

/** The limits of a project or an organization, each with its used amount. */
export function LimitsCard({ note, limits, status, canSet, set }: LimitsCardProps) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => set(limitsOf(values)),
    done: 'Limits set.',
  })
  return (
    <Card title="Limits" note={note}>
      <LimitMeters {...status} />
      {canSet ? (
        <Form key={JSON.stringify(limits)} onSend={mutate}>
          <LimitFields limits={limits} />
          <ErrorNote error={restOf(error)} />
          <div>
            <Button type="submit" busy={isPending}>
              Set limits
            </Button>
          </div>
        </Form>
      ) : (
        limits?.budgets.length === 0 && <p className={layout.soft}>No budgets are set.</p>
      )}
    </Card>
  )
}
