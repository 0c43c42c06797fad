import { SelectField, textOf } from './field.tsx'

/** A field for how long an old secret or token stays valid after a rotation. */
export const OverlapField = ({ label, defaultSeconds }: { label: string; defaultSeconds: number }) => (
  <SelectField label={label} name="overlap" defaultValue={String(defaultSeconds)}>
    <option value="0">Until now</option>
    <option value="3600">For 1 hour</option>
    <option value="86400">For 1 day</option>
    <option value="604800">For 7 days</option>
  </SelectField>
)

/** The overlap chosen in a form, in seconds. */
export const overlapOf = (values: FormData): number => Number(textOf(values, 'overlap'))
