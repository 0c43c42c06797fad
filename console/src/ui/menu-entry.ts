import type { IconName } from './icon.tsx'

/** A line of a menu. */
export type MenuEntry =
  | 'separator'
  | { label: string; icon?: IconName; danger?: boolean; disabled?: boolean; run: () => void }
