import { cloneElement, lazy, type ReactElement, Suspense, useState } from 'react'
import type { MenuEntry } from './menu-entry.ts'

const load = () => import('./menu-popup.tsx')
const MenuPopup = lazy(async () => ({ default: (await load()).MenuPopup }))

interface MenuProps {
  /** The button that opens the menu. */
  trigger: ReactElement<Record<string, unknown>>
  entries: readonly MenuEntry[]
  align?: 'start' | 'end'
}

/** A menu behind a button. Its code is loaded when the button is first used. */
export function Menu({ trigger, entries, align = 'end' }: MenuProps) {
  const [wanted, setWanted] = useState(false)
  const waiting = cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: () => void load(),
    onClick: () => setWanted(true),
  })
  if (!wanted) return waiting
  return (
    <Suspense fallback={waiting}>
      <MenuPopup trigger={trigger} entries={entries} align={align} />
    </Suspense>
  )
}
