import { decodeAnyId, encodeId, ID_PREFIXES, type IdType } from '../../core/ids.ts'

const isIdType = (type: string): type is IdType => Object.hasOwn(ID_PREFIXES, type)

function encode(type: string, id: string | number | bigint): string {
  if (!isIdType(type)) throw new Error(`${type} has no prefix for its ids`)
  return encodeId(type, String(id))
}

/** A page's size is counted once, by the connection's own field. */
const PART_OF_PAGE = { complexity: { field: 0, multiplier: 1 } }

/** Page sizes of connections, for `first` and `last`. */
export const MAX_PAGE_SIZE = 100
export const DEFAULT_PAGE_SIZE = 25

/** Options of the relay plugin: how ids and connections are made and described. */
export const RELAY = {
  nodeQueryOptions: false,
  nodesQueryOptions: false,
  encodeGlobalID: encode,
  decodeGlobalID: (id: string) => {
    const decoded = decodeAnyId(id)
    return { typename: decoded?.type ?? '', id: decoded?.uuid ?? '' }
  },
  nodesOnConnection: { ...PART_OF_PAGE, description: 'Items of this page.' },
  nodeTypeOptions: { description: 'An object with a globally unique id.' },
  idFieldOptions: { description: 'Permanent id. Its prefix identifies the type.' },
  edgesFieldOptions: { ...PART_OF_PAGE, nullable: false, description: 'Items of this page, each with its cursor.' },
  nodeFieldOptions: { ...PART_OF_PAGE, nullable: false, description: 'The item.' },
  cursorFieldOptions: {
    description:
      'Position of the item, for `after` or `before` with the same order. It stays valid if the item is deleted.',
  },
  pageInfoFieldOptions: { description: 'Position of this page in the list.' },
  pageInfoTypeOptions: { description: 'Position of a page in its list.' },
  hasNextPageFieldOptions: {
    description: 'Whether more items follow this page. Always true if the page was requested with `before`.',
  },
  hasPreviousPageFieldOptions: {
    description: 'Whether items precede this page. Always true if the page was requested with `after`.',
  },
  startCursorFieldOptions: { description: 'Cursor of the first item, for `before`. Null if the page is empty.' },
  endCursorFieldOptions: {
    description: 'Cursor of the last item, for `after`. Null if the page is empty.',
  },
  firstArgOptions: {
    description: `Number of items from the start of the list, 0 to ${MAX_PAGE_SIZE}. Default ${DEFAULT_PAGE_SIZE} unless \`last\` is given.`,
  },
  lastArgOptions: { description: `Number of items from the end of the list, 0 to ${MAX_PAGE_SIZE}.` },
  afterArgOptions: { description: 'Returns items after this cursor. Use it with `first`.' },
  beforeArgOptions: { description: 'Returns items before this cursor. Use it with `last`.' },
} as const
