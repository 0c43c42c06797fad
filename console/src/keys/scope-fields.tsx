import type { ReactNode } from 'react'
import type { Workload } from '../generated/graphql.ts'
import { CheckField, FieldGroup, TextArea, textOf } from '../ui/field.tsx'
import classes from './keys.module.css'
import { type PolicyBounds, permitted } from './policy-bounds.ts'
import { WORKLOADS } from './search.ts'
import { workloadName } from './words.ts'

/** The workloads that are checked in a form. */
export const workloadsOf = (values: FormData): Workload[] =>
  WORKLOADS.filter((workload) => values.getAll('workloads').includes(workload))

/** The lines of a text field of a form. */
export const linesOf = (values: FormData, name: string): string[] =>
  textOf(values, name)
    .split(/[\s,]+/)
    .filter(Boolean)

export const WorkloadsField = ({
  chosen = [],
  permitted: allowed = null,
  hint = allowed
    ? 'You can choose only workloads that the key policy permits. If you choose none, the key allows all of them.'
    : 'If you choose none, the key allows all of them.',
}: {
  chosen?: readonly Workload[]
  /** Workloads that the key policy permits. Null: all. A key keeps other workloads that it already has. */
  permitted?: readonly Workload[] | null
  hint?: string
}) => (
  <FieldGroup label="Workloads" hint={hint}>
    <div className={classes.checks}>
      {WORKLOADS.map((workload) => (
        <CheckField
          key={workload}
          name="workloads"
          value={workload}
          defaultChecked={chosen.includes(workload)}
          disabled={allowed !== null && !allowed.includes(workload) && !chosen.includes(workload)}
          label={workloadName(workload)}
        />
      ))}
    </div>
  </FieldGroup>
)

interface ModelsFieldProps {
  models?: readonly string[]
  bounds?: PolicyBounds
  /** The models that an empty field allows, as a sentence. */
  empty?: string
  error: ReactNode
}

export const ModelsField = ({
  models = [],
  bounds,
  empty = `${permitted(bounds?.models ?? [])} Empty allows all that the key policy permits.`,
  error,
}: ModelsFieldProps) => (
  <TextArea
    label="Allowed models"
    name="models"
    optional
    mono
    rows={2}
    defaultValue={models.join('\n')}
    placeholder="meta/*"
    spellCheck={false}
    hint={`One slug in each line. A trailing * matches any suffix. ${empty}`}
    error={error}
  />
)

export const NetworksField = ({
  networks = [],
  bounds,
  error,
}: {
  networks?: readonly string[]
  bounds?: PolicyBounds
  error: ReactNode
}) => (
  <TextArea
    label="Allowed networks"
    name="allowedIps"
    optional
    mono
    rows={2}
    defaultValue={networks.join('\n')}
    placeholder="10.0.0.0/8"
    spellCheck={false}
    hint={`One address or CIDR network in each line. ${
      bounds?.networks.length
        ? `${permitted(bounds.networks)} Empty allows all that it permits.`
        : 'Empty allows any address.'
    }`}
    error={error}
  />
)
