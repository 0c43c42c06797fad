import { uniqueViolation } from '@keyward/prisma/errors'
import type { Gateway } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { generateSecret, hashSecret, startOf } from '../api-key/secret.ts'
import { ConflictError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { nameKey, name as nameSchema, parse } from '../core/input.ts'
import type { Runtime } from '../runtime.ts'
import { type ChangeUnit, operate } from '../write/unit-of-work.ts'

/*
 * Gateways are made, rotated and removed by the operator, on the command line: there is no caller here, and no mutation
 * leads here.
 */

/** A gateway's token, shown once: only its hash is kept. */
export interface IssuedGatewayToken {
  gatewayId: string
  name: string
  token: string
}

/** What the operator sees of a gateway. */
export type GatewaySummary = Pick<Gateway, 'id' | 'name' | 'tokenStart' | 'createdAt' | 'tokenRotatedAt' | 'lastSeenAt'>

/** A gateway serves every organization: no audit log of one tells of it. Every replica and every gateway hears of it. */
const announce = (unit: ChangeUnit, gatewayId: string): void =>
  unit.announce({ organizationId: null, projectId: null, kind: 'GATEWAY_CHANGED', subjectId: gatewayId })

const readName = (given: string): string => parse(z.object({ name: nameSchema() }), { name: given }).name

/** Makes a gateway with its token. Names are compared as people read them: case and width make no difference. */
export async function createGateway(runtime: Runtime, given: string): Promise<IssuedGatewayToken> {
  const name = readName(given)
  const gatewayId = newId()
  const token = generateSecret('gate')
  try {
    return await operate(runtime, async (unit) => {
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
      announce(unit, gatewayId)
      return { gatewayId, name, token }
    })
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    throw new ConflictError(`A gateway is called "${name}" already.`)
  }
}

/** Every gateway, oldest first. */
export const listGateways = (runtime: Runtime): Promise<GatewaySummary[]> =>
  runtime.database.prisma.gateway.findMany({
    select: { id: true, name: true, tokenStart: true, createdAt: true, tokenRotatedAt: true, lastSeenAt: true },
    orderBy: { id: 'asc' },
  })

/** Gives a gateway a new token; the old one stops as soon as replicas hear of it. Null: no gateway has this name. */
export const rotateGatewayToken = (runtime: Runtime, name: string): Promise<IssuedGatewayToken | null> =>
  operate(runtime, async (unit) => {
    const gateway = await lock(unit, name)
    if (!gateway) return null
    const token = generateSecret('gate')
    await unit.tx.gateway.update({
      where: { id: gateway.id },
      data: { tokenHash: hashSecret(token), tokenStart: startOf(token), tokenRotatedAt: unit.now },
    })
    announce(unit, gateway.id)
    return { gatewayId: gateway.id, name: gateway.name, token }
  })

/** Removes a gateway; its token stops as soon as replicas hear of it. Null: no gateway has this name. */
export const removeGateway = (runtime: Runtime, name: string): Promise<{ name: string } | null> =>
  operate(runtime, async (unit) => {
    const gateway = await lock(unit, name)
    if (!gateway) return null
    await unit.tx.gateway.delete({ where: { id: gateway.id } })
    announce(unit, gateway.id)
    return { name: gateway.name }
  })

async function lock(unit: ChangeUnit, name: string): Promise<{ id: string; name: string } | null> {
  const key = nameKey(readName(name))
  const [row] = await unit.tx.$queryRaw<{ id: string; name: string }[]>`
    SELECT id, name FROM gateway WHERE name_key = ${key} FOR UPDATE`
  return row ?? null
}
