import { type ComponentProps, type ReactNode, useId } from 'react'
import classes from './field.module.css'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: ReactNode
  optional?: boolean
}

/** A label, a control, a hint and an error, also linked for assistive technology. */
function Field({
  label,
  hint,
  error,
  optional,
  control,
}: FieldProps & { control: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode }) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={classes.field}>
      <label className={classes.label} htmlFor={id}>
        {label} {optional && <span className={classes.optional}>(optional)</span>}
      </label>
      {control({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
      })}
      {hint && (
        <p id={`${id}-hint`} className={classes.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={classes.error}>
          {error}
        </p>
      )}
    </div>
  )
}

const classOf = (mono?: boolean) => [classes.input, mono && classes.mono].filter(Boolean).join(' ')

export function TextField({
  label,
  hint,
  error,
  optional,
  mono,
  ...rest
}: FieldProps & { mono?: boolean } & ComponentProps<'input'>) {
  return (
    <Field
      {...{ label, hint, optional: optional ?? false, error }}
      control={(ids) => <input dir="auto" {...rest} {...ids} className={classOf(mono)} />}
    />
  )
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  mono,
  ...rest
}: FieldProps & { mono?: boolean } & ComponentProps<'textarea'>) {
  return (
    <Field
      {...{ label, hint, optional: optional ?? false, error }}
      control={(ids) => <textarea dir="auto" {...rest} {...ids} className={classOf(mono)} />}
    />
  )
}

export function SelectField({ label, hint, error, children, ...rest }: FieldProps & ComponentProps<'select'>) {
  return (
    <Field
      {...{ label, hint, error }}
      control={(ids) => (
        <select {...rest} {...ids} className={classOf()}>
          {children}
        </select>
      )}
    />
  )
}

export function CheckField({ label, ...rest }: { label: ReactNode } & ComponentProps<'input'>) {
  return (
    <label className={classes.check}>
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  )
}

/** Fields next to each other if there is space. */
export const FieldRow = ({ children }: { children: ReactNode }) => <div className={classes.row}>{children}</div>

/** A group of controls with a common name. */
export function FieldGroup({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className={classes.field}>
      <legend className={classes.label}>{label}</legend>
      {hint && <p className={classes.hint}>{hint}</p>}
      {children}
    </fieldset>
  )
}

/** Fields that can be disabled together. Their layout is as if they were directly in the form. */
export const Fields = ({ disabled, children }: { disabled: boolean; children: ReactNode }) => (
  <fieldset className={classes.fields} disabled={disabled}>
    {children}
  </fieldset>
)

/** A form that is submitted with `onSend`, never by the browser. */
export function Form({ onSend, children, ...rest }: ComponentProps<'form'> & { onSend: (values: FormData) => void }) {
  return (
    <form
      {...rest}
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        onSend(new FormData(event.currentTarget))
      }}
    >
      {children}
    </form>
  )
}

/** Returns a form value as text. Empty if the form has no text of this name. */
export function textOf(values: FormData, name: string): string {
  const value = values.get(name)
  return typeof value === 'string' ? value : ''
}
