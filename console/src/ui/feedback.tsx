import { ApiError } from '@keyward/sdk'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import classes from './feedback.module.css'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'bad' | 'warn' | 'good'

const ICONS: Record<Tone, IconName> = { bad: 'warning', warn: 'warning', good: 'check' }

/** An important message. Screen readers announce errors. */
export function Note({ tone, children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div
      className={[classes.note, tone && classes[tone]].filter(Boolean).join(' ')}
      role={tone === 'bad' ? 'alert' : undefined}
    >
      {tone && <Icon name={ICONS[tone]} />}
      <div>{children}</div>
    </div>
  )
}

export const Badge = ({ tone, children }: { tone?: Tone | undefined; children: ReactNode }) => (
  <span className={[classes.badge, tone && classes[tone]].filter(Boolean).join(' ')}>{children}</span>
)

/** Text for screen readers only. */
export const Quietly = ({ children }: { children: ReactNode }) => <span className={classes.quietly}>{children}</span>

/** An error's message, as text for people. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong. Try again.'

export function ErrorNote({ error }: { error: unknown }) {
  return error ? <Note tone="bad">{messageOf(error)}</Note> : null
}

interface EmptyProps {
  icon: IconName
  title: string
  children?: ReactNode
  actions?: ReactNode
}

/** Shown on a page without rows. */
export function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <span className={classes.emptyIcon}>
        <Icon name={icon} size={20} />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}

/** Shown on a page that failed to load. Permission errors name who can help. */
export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const forbidden = error instanceof ApiError && error.code === 'FORBIDDEN'
  return (
    <div role="alert">
      <Empty
        icon={forbidden ? 'lock' : 'warning'}
        title={forbidden ? 'You have no access to this' : 'This could not be loaded'}
        actions={!forbidden && <Button onClick={retry}>Try again</Button>}
      >
        {messageOf(error)}
      </Empty>
    </div>
  )
}

/** Shown on a page that the person's role does not include. */
export const NoAccess = ({ children }: { children: ReactNode }) => (
  <Empty icon="lock" title="Your role does not include this">
    {children}
  </Empty>
)

export const Loading = ({ rows = 6 }: { rows?: number }) => (
  <div className={classes.skeleton} role="status">
    <Quietly>Loading…</Quietly>
    {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
      <span key={key} />
    ))}
  </div>
)

/** A share of a whole as a bar, next to the same figure as text. */
export function Bar({ share, tone }: { share: number; tone?: Tone | undefined }) {
  const width = Math.max(0, Math.min(1, share)) * 100
  return (
    <svg
      className={[classes.bar, tone && classes[tone]].filter(Boolean).join(' ')}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect width="100" height="6" rx="3" fill="var(--line)" />
      {width > 0 && <rect width={Math.max(width, 2)} height="6" rx="3" fill="currentColor" />}
    </svg>
  )
}
