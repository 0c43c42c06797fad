import type { ComponentProps } from 'react'
import classes from './button.module.css'
import { Icon, type IconName } from './icon.tsx'

type Kind = 'primary' | 'plain' | 'danger' | 'quiet'

/** The classes of an element that looks like a button, such as a link. */
export const buttonClass = (kind: Kind = 'plain', ...more: ('icon' | 'wide')[]): string =>
  [classes.button, classes[kind], ...more.map((name) => classes[name])].filter(Boolean).join(' ')

interface ButtonProps extends ComponentProps<'button'> {
  kind?: Kind
  icon?: IconName
  wide?: boolean
  /** Whether the action is running. If so, the button is disabled and shows it. */
  busy?: boolean
}

export function Button({ kind = 'plain', icon, wide, busy, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(kind, ...(wide ? (['wide'] as const) : []))}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

/** A button with only an icon. `label` is its accessible name. */
export function IconButton({ icon, label, ...rest }: ComponentProps<'button'> & { icon: IconName; label: string }) {
  return (
    <button type="button" {...rest} className={buttonClass('quiet', 'icon')} aria-label={label} title={label}>
      <Icon name={icon} size={18} />
    </button>
  )
}
