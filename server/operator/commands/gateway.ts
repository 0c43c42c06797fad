import { encodeId } from '@keyward/schema/core/ids'
import {
  createGateway,
  type GatewaySummary,
  type IssuedGatewayToken,
  listGateways,
  removeGateway,
  rotateGatewayToken,
} from '@keyward/schema/gateway/service'
import { CommandError } from '../exit-codes.ts'
import { type ResultOptions, showList, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** Writes only the token to standard output, for scripts, and everything else to standard error. */
function show(options: ResultOptions, { gatewayId, name, token }: IssuedGatewayToken, happened: string): void {
  const id = encodeId('Gateway', gatewayId)
  if (!options.json) process.stderr.write(`${happened} (${id}). Its token, shown only once:\n`)
  showResult(options, { id, name, token }, [token])
}

const unknown = (name: string): CommandError =>
  new CommandError(`No gateway has the name "${name}". List them: keyward-server gateway list`)

/** `keyward-server gateway create NAME` */
export async function runGatewayCreate(name: string, options: ResultOptions): Promise<void> {
  const made = await withRuntime((runtime) => createGateway(runtime, name))
  show(options, made, `Created the gateway "${made.name}"`)
}

/** `keyward-server gateway rotate NAME` */
export async function runGatewayRotate(name: string, options: ResultOptions): Promise<void> {
  const rotated = await withRuntime((runtime) => rotateGatewayToken(runtime, name))
  if (!rotated) throw unknown(name)
  show(options, rotated, `The old token of the gateway "${rotated.name}" no longer works`)
}

/** `keyward-server gateway remove NAME` */
export async function runGatewayRemove(name: string, options: ResultOptions): Promise<void> {
  const removed = await withRuntime((runtime) => removeGateway(runtime, name))
  if (!removed) throw unknown(name)
  if (options.json) showResult(options, removed, [])
  else process.stderr.write(`Removed the gateway "${removed.name}". Its token no longer works.\n`)
}

/** `keyward-server gateway list`: one gateway per line, fields separated by tabs. */
export async function runGatewayList(options: ResultOptions): Promise<void> {
  const gateways = await withRuntime((runtime) => listGateways(runtime))
  showList(options, gateways.map(itemOf), {
    header: ['ID', 'NAME', 'TOKEN', 'CREATED', 'TOKEN ROTATED', 'LAST SEEN'],
    none: 'There are no gateways yet. Create one: keyward-server gateway create NAME',
  })
}

const itemOf = ({ id, name, tokenStart, createdAt, tokenRotatedAt, lastSeenAt }: GatewaySummary) => ({
  id: encodeId('Gateway', id),
  name,
  tokenStart: `${tokenStart}…`,
  createdAt: createdAt.toISOString(),
  tokenRotatedAt: tokenRotatedAt?.toISOString() ?? null,
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
})
