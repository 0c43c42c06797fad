import { brandWithType } from '@pothos/core'
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { RequestError } from '../../core/errors.ts'
import { decodeAnyId, type IdType } from '../../core/ids.ts'
import { builder } from '../builder.ts'
import type { GraphContext } from '../context.ts'
import { MAY_LAG } from '../may-lag.ts'
import { finderOf } from './registry.ts'

const MAX_IDS = 100

/** Fetches rows of any types by their ids, in order. Null for invisible rows, missing rows and invalid ids. */
async function findByIds(
  context: GraphContext,
  info: GraphQLResolveInfo,
  ids: readonly string[],
): Promise<(object | null)[]> {
  const decoded = ids.map(decodeAnyId)
  const byType = new Map<IdType, Set<string>>()
  for (const id of decoded) {
    if (id) byType.set(id.type, (byType.get(id.type) ?? new Set()).add(id.uuid))
  }
  const found = new Map<string, object>()
  await Promise.all(
    [...byType].map(async ([typeName, uuids]) => {
      const find = finderOf(typeName)
      if (!find) return
      const { include, select } = await queryFromInfo({ context, info, typeName, awaitSelections: true })
      const rows = await find(context, [...uuids], { ...(include && { include }), ...(select && { select }) })
      for (const row of rows) {
        brandWithType(row, typeName as never)
        found.set(`${typeName} ${row.id}`, row)
      }
    }),
  )
  return decoded.map((id) => (id ? (found.get(`${id.type} ${id.uuid}`) ?? null) : null))
}

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: 'Fetches any object by its id. Null if the object does not exist or is not visible to you.',
    ...MAY_LAG,
    args: { id: t.arg.id({ required: true, description: 'Id of an object of any type.' }) },
    resolve: async (_root, { id }, context, info) => ((await findByIds(context, info, [id]))[0] ?? null) as never,
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description:
      'Fetches objects by id, in the order given. An item is null if it does not exist or is not visible to you.',
    ...MAY_LAG,
    args: { ids: t.arg.idList({ required: true, description: `Ids of objects of any types, at most ${MAX_IDS}.` }) },
    complexity: (args) => ({ field: 1, multiplier: Math.max(1, args.ids.length) }),
    resolve: async (_root, { ids }, context, info) => {
      if (ids.length > MAX_IDS) throw new RequestError('BAD_REQUEST', `\`ids\` may have at most ${MAX_IDS} entries.`)
      return (await findByIds(context, info, ids)) as never
    },
  }),
}))
