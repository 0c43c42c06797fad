import type { GraphContext } from '../context.ts'
import type { FieldsOf } from '../types.ts'
import { lengthOfWhole, listed, TOTAL_COUNT_CAP } from './page.ts'

/** Counts the rows of a list for a parent and arguments, up to a maximum. */
export type CountRows = (context: GraphContext, parent: unknown, args: object, take: number) => Promise<number>

/** The description and fields of every connection, in addition to the page. */
export const connectionFields = <Ref>(name: string, type: Ref, what: string, count: CountRows) => {
  const counts = new WeakMap<object, Promise<number>>()
  /** Counts up to one row more than is shown. Both fields share the count. */
  const counted = (connection: object, context: GraphContext): Promise<number> => {
    const found = counts.get(connection)
    if (found) return found
    const { parent, args } = listed(connection)
    const whole = lengthOfWhole(connection)
    const counting = whole === null ? count(context, parent, args, TOTAL_COUNT_CAP + 1) : Promise.resolve(whole)
    counts.set(connection, counting)
    return counting
  }
  return {
    type,
    name: `${name}Connection`,
    description: `A page of ${what}.`,
    fields: (t: FieldsOf<object>) => ({
      totalCount: t.int({
        description: `Number of ${what} visible to you, at most ${TOTAL_COUNT_CAP}.`,
        complexity: 10,
        ownStatement: true,
        resolve: async (connection, _args, context) => Math.min(await counted(connection, context), TOTAL_COUNT_CAP),
      }),
      totalCountCapped: t.boolean({
        description: `Whether more than ${TOTAL_COUNT_CAP} items match, so that \`totalCount\` is incomplete.`,
        complexity: 10,
        ownStatement: true,
        resolve: async (connection, _args, context) => (await counted(connection, context)) > TOTAL_COUNT_CAP,
      }),
    }),
  }
}

/** The description of a connection's edges. */
export const edgeFields = (name: string, what: string) => ({
  name: `${name}Edge`,
  description: `An item of a page of ${what}, with its cursor.`,
})

/** Whether a list belongs to a row, and not to the graph’s root or a part of the root. */
export const belongsToRow = (parent: unknown): boolean =>
  typeof parent === 'object' && parent !== null && 'id' in parent

/** The UUID of the row that a list belongs to. */
export function parentId(parent: unknown): string {
  if (typeof parent !== 'object' || parent === null || !('id' in parent) || typeof parent.id !== 'string') {
    throw new Error('A list that belongs to no row')
  }
  return parent.id
}
