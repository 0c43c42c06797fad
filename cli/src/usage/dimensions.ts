import type { CostGroup } from '@keyward/sdk'

/** Cost dimensions: the option spelling, and the enum value. */
export const DIMENSIONS = {
  project: 'PROJECT',
  key: 'CREDENTIAL',
  user: 'USER',
  workload: 'WORKLOAD',
  model: 'MODEL',
  'line-item': 'LINE_ITEM',
  consumer: 'CONSUMER',
  tag: 'TAG',
} as const

export type Dimension = keyof typeof DIMENSIONS

export const isDimension = (name: string): name is Dimension => Object.hasOwn(DIMENSIONS, name)

/** Option spellings. A tag is given with its key, such as `tag:team`. */
export const SPELLINGS = Object.keys(DIMENSIONS)
  .map((name) => (name === 'tag' ? 'tag:NAME' : name))
  .join(', ')

/** A CSV column. */
interface Column {
  name: string
  cell(group: CostGroup): string | null
}

/** Columns for each dimension, with the same names as in the server's export. */
export const COLUMNS: Record<Dimension, Column[]> = {
  project: [
    { name: 'project_id', cell: ({ project }) => project?.id ?? null },
    { name: 'project_name', cell: ({ project }) => project?.name ?? null },
  ],
  key: [
    { name: 'credential_kind', cell: ({ credential }) => credential?.kind ?? null },
    { name: 'credential_id', cell: ({ credential }) => credential?.id ?? null },
    { name: 'credential_name', cell: ({ credential }) => credential?.name ?? null },
  ],
  user: [
    { name: 'user_id', cell: ({ userId }) => userId },
    { name: 'user_name', cell: ({ user }) => user?.name ?? null },
  ],
  workload: [{ name: 'workload', cell: ({ workload }) => workload }],
  model: [{ name: 'model', cell: ({ model }) => model?.slug ?? null }],
  'line-item': [
    { name: 'line_item', cell: ({ lineItem }) => lineItem },
    { name: 'quantity', cell: ({ quantity }) => quantity },
    { name: 'unit', cell: ({ unit }) => unit },
  ],
  consumer: [
    { name: 'consumer', cell: ({ consumer }) => consumer },
    { name: 'is_other_consumers', cell: ({ isOtherConsumers }) => String(isOtherConsumers) },
  ],
  tag: [{ name: 'tag_value', cell: ({ tagValue }) => tagValue }],
}
