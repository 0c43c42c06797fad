import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement } from 'react'
import classes from './dialog.module.css'
import { Icon } from './icon.tsx'
import type { MenuEntry } from './menu-entry.ts'

interface MenuPopupProps {
  trigger: ReactElement<Record<string, unknown>>
  entries: readonly MenuEntry[]
  align: 'start' | 'end'
}

/** The menu itself, initially open. Its code is loaded on first use. */
export function MenuPopup({ trigger, entries, align }: MenuPopupProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={classes.menu}>
            {entries.map((entry) =>
              entry === 'separator' ? (
                <Base.Separator key="separator" className={classes.separator} />
              ) : (
                <Base.Item
                  key={entry.label}
                  className={[classes.item, entry.danger && classes.danger].filter(Boolean).join(' ')}
                  disabled={entry.disabled ?? false}
                  onClick={entry.run}
                >
                  {entry.icon && <Icon name={entry.icon} />}
                  {entry.label}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
