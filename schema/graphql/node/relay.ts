import { decodeAnyId, encodeId, ID_PREFIXES, type IdType } from '../../core/ids.ts'

const isIdType = (type: string): type is IdType => Object.hasOwn(ID_PREFIXES, type)

function encode(type: string, id: string | number | bigint): string {
  if (!isIdType(type)) throw new Error(`${type} has no prefix for its ids`)
  return encodeId(type, String(id))
}

/** A page's size is counted once, by the connection's own field. */
const PART_OF_PAGE = { complexity: { field: 0, multiplier: 1 } }

/** How the relay plugin makes ids and connections here, and what it says of them. */
export const RELAY = {
  nodeQueryOptions: false,
  nodesQueryOptions: false,
  encodeGlobalID: encode,
  decodeGlobalID: (id: string) => {
    const decoded = decodeAnyId(id)
    return { typename: decoded?.type ?? '', id: decoded?.uuid ?? '' }
  },
  nodesOnConnection: { ...PART_OF_PAGE, description: 'The rows of this page.' },
  nodeTypeOptions: { description: 'Anything with an id of its own.' },
  idFieldOptions: { description: 'The id. It never changes, and tells the type by its prefix.' },
  edgesFieldOptions: { ...PART_OF_PAGE, nullable: false, description: 'The rows of this page, each with its cursor.' },
  nodeFieldOptions: { ...PART_OF_PAGE, nullable: false, description: 'The row.' },
  cursorFieldOptions: {
    description:
      'Its place in the list: give it as `after` or `before`, in the same order. It stays good when the row is gone.',
  },
  pageInfoFieldOptions: { description: 'Where this page is in the list.' },
  pageInfoTypeOptions: { description: 'Where a page is in its list.' },
  hasNextPageFieldOptions: {
    description: 'Whether there are rows after this page; true on every page asked for with `before`.',
  },
  hasPreviousPageFieldOptions: {
    description: 'Whether there are rows before this page; true on every page asked for with `after`.',
  },
  startCursorFieldOptions: { description: 'The cursor of the first row; null on an empty page.' },
  endCursorFieldOptions: {
    description: 'The cursor of the last row; null on an empty page. Give it as `after` for the next page.',
  },
  firstArgOptions: { description: 'How many rows from the front: 0 to 100; 25 if neither this nor `last` is given.' },
  lastArgOptions: { description: 'How many rows from the end: 0 to 100.' },
  afterArgOptions: { description: 'Rows after this cursor. Goes with `first`.' },
  beforeArgOptions: { description: 'Rows before this cursor. Goes with `last`.' },
} as const
