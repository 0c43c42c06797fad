import type { ReactNode } from 'react'
import { issueOf, restOf, useAction } from '../app/action.ts'
import type { KeyCreators, Workload } from '../generated/graphql.ts'
import { linesOf, ModelsField, NetworksField, WorkloadsField, workloadsOf } from '../keys/scope-fields.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { CheckField, FieldRow, Fields, Form, SelectField, TextField, textOf } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'

const DAY_SECONDS = 86_400

/** The rules that policies of projects and of organizations have in common. */
export interface PolicyBounds {
  maxLifetimeSeconds: number | null
  requiresExpiration: boolean
  rotateEveryDays: number | null
  workloads: readonly Workload[]
  models: readonly string[]
  allowedIps: readonly string[]
  creators: KeyCreators
}

interface PolicyCardProps {
  note: string
  policy: PolicyBounds
  canSet: boolean
  set: (bounds: PolicyBounds, values: FormData) => Promise<unknown>
  /** Fields that only one of the two policies has. */
  children: ReactNode
  /** Content to show below the form. */
  after?: ReactNode
}

const numberOf = (values: FormData, name: string): number | null => Number(textOf(values, name).trim()) || null

function readBounds(values: FormData): PolicyBounds {
  const days = numberOf(values, 'days')
  return {
    maxLifetimeSeconds: days && days * DAY_SECONDS,
    requiresExpiration: values.get('requiresExpiration') !== null,
    rotateEveryDays: numberOf(values, 'rotateEveryDays'),
    workloads: workloadsOf(values),
    models: linesOf(values, 'models'),
    allowedIps: linesOf(values, 'allowedIps'),
    creators: textOf(values, 'creators') === 'SERVICE_ACCOUNTS' ? 'SERVICE_ACCOUNTS' : 'ANYONE',
  }
}

const SHOWN = ['maxLifetimeSeconds', 'rotateEveryDays', 'models', 'allowedIps']

/** The rules for the keys of a project or of an organization. */
export function PolicyCard({ note, policy, canSet, set, children, after }: PolicyCardProps) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => set(readBounds(values), values),
    done: 'Key policy set.',
  })
  return (
    <Card title="Key policy" note={note}>
      <Form onSend={mutate}>
        <Fields disabled={!canSet}>
          <FieldRow>
            <TextField
              label="Maximum lifetime in days"
              name="days"
              type="number"
              min={1}
              max={24_855}
              optional
              placeholder="Any"
              defaultValue={policy.maxLifetimeSeconds ? Math.floor(policy.maxLifetimeSeconds / DAY_SECONDS) : ''}
              error={issueOf(error, 'maxLifetimeSeconds')}
            />
            <TextField
              label="Rotation due after days"
              name="rotateEveryDays"
              type="number"
              min={1}
              max={3650}
              optional
              placeholder="Never"
              defaultValue={policy.rotateEveryDays ?? ''}
              error={issueOf(error, 'rotateEveryDays')}
            />
          </FieldRow>
          <CheckField
            name="requiresExpiration"
            defaultChecked={policy.requiresExpiration}
            label="Require an expiration"
          />
          <WorkloadsField
            chosen={policy.workloads}
            hint="Workloads that keys may have. If you choose none, any is permitted."
          />
          <ModelsField models={policy.models} empty="Empty permits any model." error={issueOf(error, 'models')} />
          <NetworksField networks={policy.allowedIps} error={issueOf(error, 'allowedIps')} />
          <FieldRow>
            <SelectField label="Creators of keys" name="creators" defaultValue={policy.creators}>
              <option value="ANYONE">People and service accounts</option>
              <option value="SERVICE_ACCOUNTS">Service accounts only</option>
            </SelectField>
            {children}
          </FieldRow>
        </Fields>
        <ErrorNote error={restOf(error, ...SHOWN)} />
        {canSet && (
          <div>
            <Button type="submit" busy={isPending}>
              Set key policy
            </Button>
          </div>
        )}
      </Form>
      {after}
    </Card>
  )
}
