import { encodeId } from '../core/ids.ts'
import { builder } from '../graphql/builder.ts'
import type { FieldsOf } from '../graphql/types.ts'
import type { GatewayReceipt } from './sync/service.ts'

const GatewayReceiptRef = builder.objectRef<GatewayReceipt>('GatewayReceipt').implement({
  description: 'Whether a gateway process has applied a change.',
  fields: (t) => ({
    connectionId: t.exposeString('connectionId', { description: 'UUID of the gateway process.' }),
    gatewayId: t.id({
      nullable: true,
      description: 'Id of the gateway, `gtw_…`. Null unless the operator shows gateways to tenants.',
      resolve: ({ gatewayId }, _args, { runtime }) =>
        runtime.settings.gatewaysAreNamed ? encodeId('Gateway', gatewayId) : null,
    }),
    gatewayName: t.string({
      nullable: true,
      description: 'Name of the gateway. Null unless the operator shows gateways to tenants.',
      resolve: ({ gatewayName }, _args, { runtime }) => (runtime.settings.gatewaysAreNamed ? gatewayName : null),
    }),
    acknowledged: t.exposeBoolean('acknowledged', {
      description:
        'Whether the process has applied the change. A process that stopped responding is listed until it can no longer allow requests.',
    }),
  }),
})

/** The payload field that lists which gateways have applied a change that denies requests. */
export const gatewaysField = (t: FieldsOf<{ gateways: GatewayReceipt[] | null }>) => ({
  gateways: t.expose('gateways', {
    type: [GatewayReceiptRef],
    nullable: true,
    description:
      'Gateway processes that may have the key in memory. When all of them have acknowledged the change, the key is denied everywhere. Gateway modules older than the pause feature acknowledge a pause but still allow the key. Null if `awaitGatewaysSeconds` was omitted.',
  }),
})
