import { type ReactNode, useState } from 'react'
import { restOf, useAction } from '../app/action.ts'
import type { LimitsFragment } from '../generated/graphql.ts'
import { PERIODS } from '../keys/words.ts'
import { Button } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { Card, layout, Table } from '../ui/layout.tsx'
import { round } from '../ui/money.ts'
import { LimitFields, limitsOf } from './limit-fields.tsx'
import { LimitMeters, type LimitStatus } from './meters.tsx'
import classes from './parts.module.css'
import { RateList } from './rates.tsx'

/** A consumer or tag that has limits, or all consumers. */
export interface Part<Of> extends LimitStatus {
  name: string
  limits: LimitsFragment
  /** The consumer or tag whose limits are set. Null if they cannot be changed here. */
  of: Of | null
}

type Limits = ReturnType<typeof limitsOf>

const NONE: Limits = { requestsPerMinute: null, rates: [], budgets: [], maxConcurrent: null }

interface PartsCardProps<Of> {
  title: string
  note: string
  /** Heading of the column with the names. */
  noun: string
  parts: readonly Part<Of>[]
  canSet: boolean
  /** The button that adds a part, and the fields that name it. */
  add: string
  fields: ReactNode
  read: (values: FormData) => Of
  set: (of: Of, limits: Limits) => Promise<unknown>
}

/** The limits of the parts of a project or organization. */
export function PartsCard<Of>({ title, note, noun, parts, canSet, add, fields, read, set }: PartsCardProps<Of>) {
  const [asked, setAsked] = useState<Part<Of> | 'NEW' | null>(null)
  const changed = asked === 'NEW' ? null : asked
  const of = changed?.of
  return (
    <Card title={title} note={note} flush action={canSet && <Button onClick={() => setAsked('NEW')}>{add}</Button>}>
      <Table label={title}>
        <thead>
          <tr>
            <th>{noun}</th>
            <th>Limits</th>
            {canSet && <td />}
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.name}>
              <td className={classes.name} dir="auto">
                {part.name}
              </td>
              <td>
                <PartLimits {...part} />
              </td>
              {canSet && (
                <td className={layout.end}>
                  {part.of !== null && (
                    <Button kind="quiet" onClick={() => setAsked(part)}>
                      Change
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ))}
          {parts.length === 0 && (
            <tr>
              <td colSpan={3} className={layout.soft}>
                No limits are set.
              </td>
            </tr>
          )}
        </tbody>
      </Table>
      {asked && (
        <PartDialog
          title={changed ? `Set limits of “${changed.name}”` : add}
          limits={changed?.limits}
          run={(values) => set(of ?? read(values), limitsOf(values))}
          clear={of == null ? undefined : () => set(of, NONE)}
          onClose={() => setAsked(null)}
        >
          {!changed && fields}
        </PartDialog>
      )}
    </Card>
  )
}

/** The limits of a part, with the used amounts if they are known. */
function PartLimits({ limits, budgetStatus, rateStatus, concurrencyStatus }: Part<unknown>) {
  if (budgetStatus) return <LimitMeters {...{ budgetStatus, rateStatus, concurrencyStatus }} />
  const { budgets, rates, maxConcurrent } = limits
  if (budgets.length + rates.length === 0 && maxConcurrent === null)
    return <span className={layout.soft}>No limits</span>
  return (
    <>
      {budgets.map(({ period, usd }) => (
        <p key={period}>
          {round(usd)} {PERIODS[period]}
        </p>
      ))}
      <RateList rates={rates} />
      {maxConcurrent !== null && <p>{maxConcurrent.toLocaleString('en')} requests at the same time</p>}
    </>
  )
}

interface PartDialogProps {
  title: string
  limits: LimitsFragment | undefined
  run: (values: FormData) => Promise<unknown>
  /** Removes all limits. */
  clear: (() => Promise<unknown>) | undefined
  onClose: () => void
  children: ReactNode
}

function PartDialog({ title, limits, run, clear, onClose, children }: PartDialogProps) {
  const setting = useAction({ run, done: 'Limits set.', onDone: onClose })
  const clearing = useAction({
    run: (_: undefined) => clear?.() ?? Promise.resolve(),
    done: 'Limits removed.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={title}
      description="Limits of the key, its project and its organization apply as well. Budgets start at zero."
      action="Set limits"
      busy={setting.isPending || clearing.isPending}
      error={restOf(setting.error ?? clearing.error)}
      onSend={setting.mutate}
      onClose={onClose}
    >
      {children}
      <LimitFields limits={limits} byModel={false} />
      {clear && (
        <div>
          <Button type="button" kind="danger" busy={clearing.isPending} onClick={() => clearing.mutate(undefined)}>
            Remove limits
          </Button>
        </div>
      )}
    </FormDialog>
  )
}
