import { formatUsd, parseUsd } from '@keyward/engine/money'
import { targetOf as keyTarget } from '../../api-key/access.ts'
import { WorkloadEnum } from '../../api-key/enums.ts'
import { ApiKey } from '../../api-key/graph.ts'
import { builder } from '../../graphql/builder.ts'
import { registerHolder } from '../../graphql/error/holder.ts'
import { guardField, guardType } from '../../graphql/guard.ts'
import { registerNode } from '../../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../../graphql/pagination/page.ts'
import { Model } from '../../model/graph.ts'
import { modelAt } from '../dimensions.ts'
import { targetOf, visibleAdjustments } from './access.ts'

export const UsageAdjustment = builder.prismaNode('UsageAdjustment', {
  id: { field: 'id', description: 'Permanent id, `adj_…`.' },
  description:
    'An adjustment of the costs of a key. Costs show it as the line item ADJUSTMENT. Visible to the key itself and the project’s collaborators, except external ones.',
  ...guardType('apiKey:readUsage', targetOf),
  fields: (t) => ({
    adjustmentId: t.exposeString('adjustmentId', {
      description: 'Id that the caller chose, unique in the organization.',
    }),
    apiKey: t.field({
      type: ApiKey,
      description: 'The key.',
      select: (_args, _context, nested) => ({ apiKey: nested() }),
      resolve: ({ apiKey }) => apiKey,
    }),
    amount: t.field({
      type: 'Decimal',
      description: 'Amount in US dollars, exact. Negative credits the key.',
      resolve: ({ amount }) => formatUsd(parseUsd(amount.toFixed())),
    }),
    reason: t.exposeString('reason', { description: 'Reason.' }),
    hour: t.expose('hour', { type: 'DateTime', description: 'Start of the adjusted hour.' }),
    workload: t.expose('workload', { type: WorkloadEnum, description: 'Workload of the adjusted usage.' }),
    model: t.field({
      type: Model,
      nullable: true,
      description: 'Model of the adjusted usage. Null if there was none, or if you may not see it.',
      resolve: ({ modelId }, _args, context, info) => modelAt(context, info, modelId),
    }),
    consumer: t.string({
      nullable: true,
      description:
        'End customer of the adjusted usage, as shown in costs. Null if the usage has no consumer, or if costs combine it with other consumers.',
      resolve: ({ consumer }) => consumer || null,
    }),
    eventId: t.exposeString('eventId', {
      nullable: true,
      description: 'Id of the adjusted usage event. Null if none was named.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    createdByName: t.exposeString('createdByName', { description: 'Name of the creator at the time of creation.' }),
  }),
})

registerNode('UsageAdjustment', (context, ids, query) =>
  context.runtime.database.rows.usageAdjustment.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleAdjustments(context.access)] },
  }),
)

registerHolder('UsageAdjustment', async ({ access, runtime }, held) => {
  const rows = await runtime.database.prisma.usageAdjustment.findMany({
    where: {
      AND: [
        { OR: held.map(({ organizationId, adjustmentId }) => ({ organizationId, adjustmentId })) },
        visibleAdjustments(access),
      ],
    },
    select: { id: true, organizationId: true, adjustmentId: true },
  })
  return (value) => {
    const row = rows.find(
      (each) => each.organizationId === value.organizationId && each.adjustmentId === value.adjustmentId,
    )
    return row && { id: row.id, name: row.adjustmentId }
  }
})

const UsageAdjustmentEdge = builder.edgeObject({
  type: UsageAdjustment,
  ...edgeFields('UsageAdjustment', 'adjustments'),
})
const UsageAdjustmentConnection = builder.connectionObject(
  connectionFields('UsageAdjustment', UsageAdjustment, 'adjustments', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.usageAdjustment.count({ where: { apiKeyId: parentId(parent) }, take }),
  ),
  UsageAdjustmentEdge,
)

builder.prismaObjectField('ApiKey', 'usageAdjustments', (t) =>
  t.relatedConnection(
    'usageAdjustments',
    {
      type: UsageAdjustment,
      cursor: 'id',
      nullable: true,
      description:
        'Adjustments of the key’s costs, newest first. Visible to the key itself and the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.',
      ...guardField('apiKey:readUsage', keyTarget),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.newestFirst),
    },
    UsageAdjustmentConnection,
    UsageAdjustmentEdge,
  ),
)
