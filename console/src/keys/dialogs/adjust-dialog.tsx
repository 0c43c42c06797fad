import type { Workload } from '@keyward/sdk'
import { useState } from 'react'
import { issueOf, restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { FieldRow, SelectField, TextField, textOf } from '../../ui/field.tsx'
import { WORKLOADS } from '../search.ts'
import { workloadName } from '../words.ts'

/** The usage to adjust: that of an event, or that of an hour. */
function usageOf(values: FormData) {
  const consumer = textOf(values, 'consumer').trim() || null
  const eventId = textOf(values, 'event').trim()
  if (eventId) return { eventId, consumer }
  const workload = WORKLOADS.find((each) => each === textOf(values, 'workload'))
  return {
    hour: new Date(textOf(values, 'hour')).toISOString(),
    ...(workload && { workload: workload satisfies Workload }),
    model: textOf(values, 'model').trim() || null,
    consumer,
  }
}

/** Adjusts the costs of a key. */
export function AdjustDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const [adjustmentId] = useState(() => crypto.randomUUID())
  const [by, setBy] = useState('hour')
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => {
      const usd = textOf(values, 'amount').trim()
      const amount = textOf(values, 'kind') === 'credit' ? `-${usd}` : usd
      return keyward.usage.adjust({
        adjustmentId,
        apiKeyId: id,
        amount,
        reason: textOf(values, 'reason').trim(),
        ...usageOf(values),
      })
    },
    done: 'Costs adjusted.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={`Adjust the costs of “${name}”`}
      description="Costs show the adjustment as a line item of its own. The budgets of the key, its project and the organization are adjusted, too."
      action="Adjust costs"
      busy={isPending}
      error={restOf(error, 'amount', 'reason', 'eventId', 'hour', 'model', 'consumer')}
      onSend={mutate}
      onClose={onClose}
    >
      <FieldRow>
        <SelectField label="Adjustment" name="kind">
          <option value="credit">Credit</option>
          <option value="charge">Charge</option>
        </SelectField>
        <TextField
          label="US dollars"
          name="amount"
          required
          inputMode="decimal"
          pattern="\d{1,9}(\.\d{1,9})?"
          autoComplete="off"
          error={issueOf(error, 'amount')}
        />
      </FieldRow>
      <TextField
        label="Reason"
        name="reason"
        required
        maxLength={500}
        autoComplete="off"
        error={issueOf(error, 'reason')}
      />
      <SelectField label="Usage" name="by" value={by} onChange={(event) => setBy(event.target.value)}>
        <option value="hour">Of an hour</option>
        <option value="event">Of one event</option>
      </SelectField>
      {by === 'event' ? (
        <TextField label="Event id" name="event" required mono autoComplete="off" error={issueOf(error, 'eventId')} />
      ) : (
        <>
          <FieldRow>
            <TextField
              label="Time in the hour"
              name="hour"
              type="datetime-local"
              required
              error={issueOf(error, 'hour')}
            />
            <SelectField label="Workload" name="workload">
              {WORKLOADS.map((workload) => (
                <option key={workload} value={workload}>
                  {workloadName(workload)}
                </option>
              ))}
            </SelectField>
          </FieldRow>
          <TextField label="Model" name="model" optional autoComplete="off" error={issueOf(error, 'model')} />
        </>
      )}
      <TextField label="Consumer" name="consumer" optional autoComplete="off" error={issueOf(error, 'consumer')} />
    </FormDialog>
  )
}
