import { issueOf, restOf, useAction } from '../app/action.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, textOf } from '../ui/field.tsx'

const HOURS = [
  ['1', 'For an hour'],
  ['24', 'For a day'],
  ['168', 'For a week'],
] as const

const endOf = (hours: string): string | null =>
  hours === '' ? null : new Date(Date.now() + Number(hours) * 3_600_000).toISOString()

interface PauseDialogProps {
  name: string
  /** `key`, `project` or `organization`. */
  what: string
  /** The consequence of the pause, in a sentence. */
  effect: string
  pause: (until: string | null) => Promise<unknown>
  done: string
  onClose: () => void
}

/** Asks how long to pause a key, a project or an organization. */
export function PauseDialog({ name, what, effect, pause, done, onClose }: PauseDialogProps) {
  const { mutate, error, isPending } = useAction({
    run: (hours: string) => pause(endOf(hours)),
    done,
    onDone: onClose,
  })
  return (
    <FormDialog
      title={`Pause “${name}”`}
      description={effect}
      action={`Pause ${what}`}
      danger
      busy={isPending}
      error={restOf(error, 'until')}
      onSend={(values) => mutate(textOf(values, 'hours'))}
      onClose={onClose}
    >
      <SelectField label="How long" name="hours" defaultValue="" error={issueOf(error, 'until')}>
        <option value="">Until it is resumed</option>
        {HOURS.map(([hours, label]) => (
          <option key={hours} value={hours}>
            {label}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  )
}
