import { startOf } from '@keyward/engine/secret'
import type { Gateway } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import { newId } from '../core/ids.ts'
import { nameKey, name as nameSchema, parse } from '../core/input.ts'
import type { Runtime } from '../runtime.ts'
import { operate, type UnitOfWork } from '../write/unit-of-work.ts'
import { lockGateway } from './sql.ts'

/*
 * Only the operator manages gateways, on the command line. So these functions have no caller, and no mutation uses
 * them.
 */

/** A new gateway token. Only its hash is stored. */
export interface IssuedGatewayToken {
  gatewayId: string
  name: string
  token: string
}

/** A gateway as the operator sees it. */
export type GatewaySummary = Pick<Gateway, 'id' | 'name' | 'tokenStart' | 'createdAt' | 'tokenRotatedAt' | 'lastSeenAt'>

/** Publishes a change of a gateway. It serves every organization, so no organization's audit log records it. */
const publish = (unit: UnitOfWork, gatewayId: string): void =>
  unit.publish({ organizationId: null, projectId: null, kind: 'GATEWAY_CHANGED', subjectId: gatewayId })

const readName = (given: string): string => parse(z.object({ name: nameSchema() }), { name: given }).name

/** Creates a gateway with its token. Names are compared without case and width. */
export async function createGateway(runtime: Runtime, given: string): Promise<IssuedGatewayToken> {
  const name = readName(given)
  const gatewayId = newId()
  const token = generateSecret('gate')
  return operate(runtime, async (unit) => {
    await unit.tx.gateway.create({
      data: {
        id: gatewayId,
        name,
        nameKey: nameKey(name),
        tokenHash: hashSecret(token),
        tokenStart: startOf(token),
        createdAt: unit.now,
      },
    })
    publish(unit, gatewayId)
    return { gatewayId, name, token }
  })
}

/** Every gateway, oldest first. */
export const listGateways = (runtime: Runtime): Promise<GatewaySummary[]> =>
  runtime.database.prisma.gateway.findMany({
    select: { id: true, name: true, tokenStart: true, createdAt: true, tokenRotatedAt: true, lastSeenAt: true },
    orderBy: { id: 'asc' },
  })

/**
 * Replaces a gateway's token. The old token stops working once replicas read the change. Null if no gateway has the
 * name.
 */
export const rotateGatewayToken = (runtime: Runtime, name: string): Promise<IssuedGatewayToken | null> =>
  operate(runtime, async (unit) => {
    const gateway = await lock(unit, name)
    if (!gateway) return null
    const token = generateSecret('gate')
    await unit.tx.gateway.update({
      where: { id: gateway.id },
      data: { tokenHash: hashSecret(token), tokenStart: startOf(token), tokenRotatedAt: unit.now },
    })
    publish(unit, gateway.id)
    return { gatewayId: gateway.id, name: gateway.name, token }
  })

/** Removes a gateway; its token stops working once replicas read the change. Null if no gateway has the name. */
export const removeGateway = (runtime: Runtime, name: string): Promise<{ name: string } | null> =>
  operate(runtime, async (unit) => {
    const gateway = await lock(unit, name)
    if (!gateway) return null
    await unit.tx.gateway.delete({ where: { id: gateway.id } })
    publish(unit, gateway.id)
    return { name: gateway.name }
  })

const lock = ({ tx }: UnitOfWork, name: string) => lockGateway(tx, nameKey(readName(name)))
