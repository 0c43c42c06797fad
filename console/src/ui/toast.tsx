import { useSyncExternalStore } from 'react'
import classes from './feedback.module.css'
import { Icon } from './icon.tsx'

const SHOWN_MS = 5_000

let shown: readonly { id: number; text: string }[] = []
let next = 0
const listeners = new Set<() => void>()

function set(value: typeof shown): void {
  shown = value
  for (const listener of listeners) listener()
}

/** Shows for some seconds that something was done. */
export function toast(text: string): void {
  const id = next++
  set([...shown.slice(-2), { id, text }])
  setTimeout(() => set(shown.filter((one) => one.id !== id)), SHOWN_MS)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const current = useSyncExternalStore(subscribe, () => shown)
  return (
    <div className={classes.toasts} role="status" aria-live="polite">
      {current.map(({ id, text }) => (
        <div key={id} className={classes.toast}>
          <Icon name="check" />
          {text}
        </div>
      ))}
    </div>
  )
}
