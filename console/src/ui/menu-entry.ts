import type { IconName } from './icon.tsx'

/** An entry of a menu. */
export type MenuEntry =
  | 'separator'
  | { label: string; icon?: IconName; danger?: boolean; disabled?: boolean; run: () => void }
