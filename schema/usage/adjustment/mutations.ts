import { WorkloadEnum } from '../../api-key/enums.ts'
import { mutation } from '../../graphql/mutation.ts'
import type { FieldsOf } from '../../graphql/types.ts'
import { CONSUMER } from '../consumers/consumer.ts'
import { MAX_EVENT_ID } from '../event.ts'
import { UsageAdjustment } from './graph.ts'
import { adjustUsage, MAX_AGE_DAYS, MAX_REASON } from './service.ts'

mutation('usageAdjust', {
  description:
    'Adjusts the costs and the budgets of a key by a credit or a charge. A credit is at most the amount that the key was charged for this usage, less earlier adjustments. Repeating the same id and content changes nothing. Requires ADMIN in the organization.',
  input: (t) => ({
    adjustmentId: t.string({
      required: true,
      description: `Id of the adjustment, such as a UUID, unique in the organization: 1 to ${MAX_EVENT_ID} printable ASCII characters without spaces.`,
    }),
    apiKeyId: t.id({ required: true, description: 'Id of the key, `key_…`. It may be revoked or expired.' }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description:
        'Amount in US dollars, from -999999999.999999999 to 999999999.999999999, and not 0. Negative credits the key, positive charges it.',
    }),
    reason: t.string({ required: true, description: `Reason, for the audit log: 1 to ${MAX_REASON} characters.` }),
    eventId: t.string({
      description: `Id of the usage event to adjust, at most ${MAX_EVENT_ID} characters. A credit is then at most the cost of the event. Omitted: \`hour\` and \`workload\` are required.`,
    }),
    hour: t.field({
      type: 'DateTime',
      description: `A time in the hour to adjust, at most ${MAX_AGE_DAYS} days ago. Not allowed with \`eventId\`.`,
    }),
    workload: t.field({
      type: WorkloadEnum,
      description: 'Workload of the usage to adjust. Not allowed with `eventId`.',
    }),
    model: t.string({
      description:
        'Slug of the model of the usage to adjust, at most 200 characters. Not allowed with `eventId`. Omitted: usage without a model.',
    }),
    consumer: t.string({
      description: `End customer of the usage to adjust, required if the event has one. ${CONSUMER}`,
    }),
  }),
  payloadDescription: 'The adjustment.',
  payload: (t: FieldsOf<{ adjustmentId: string }>) => ({
    adjustment: t.prismaField({
      type: UsageAdjustment,
      description: 'The adjustment.',
      resolve: (query, { adjustmentId }, _args, { runtime }) =>
        runtime.database.rows.usageAdjustment.findUniqueOrThrow({ ...query, where: { id: adjustmentId } }),
    }),
  }),
  errors: ['CONFLICT'],
  resolve: (input, context) => adjustUsage(context, input),
})
