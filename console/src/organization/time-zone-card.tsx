import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { Form, TextField } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'
import { ownZone } from '../ui/time.tsx'

interface TimeZoneCardProps {
  organizationId: string
  timeZone: string
}

/** Sets the time zone whose days the costs page shows. */
export function TimeZoneCard({ organizationId, timeZone }: TimeZoneCardProps) {
  const { mutate, error, isPending } = useAction({
    run: (name: string) => keyward.organizations.update({ id: organizationId, timeZone: name }),
    done: 'The time zone is saved.',
  })
  const names = [...new Set([timeZone, 'UTC', ownZone(), ...Intl.supportedValuesOf('timeZone')])]
  return (
    <Card title="Time zone" note="Days and months of the costs page follow it.">
      <Form onSend={(values) => mutate(String(values.get('timeZone') ?? ''))}>
        <TextField
          name="timeZone"
          label="Time zone"
          defaultValue={timeZone}
          list="time-zones"
          maxLength={64}
          required
          hint="A name such as Asia/Kolkata. Where days begin within an hour of UTC, costs by day are exact from the next hour on."
        />
        <datalist id="time-zones">
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <ErrorNote error={error} />
        <div>
          <Button type="submit" busy={isPending}>
            Save
          </Button>
        </div>
      </Form>
    </Card>
  )
}
