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
import { withRuntime } from './with-runtime.ts'

/** Only the token goes to standard output, for scripts; the rest goes to standard error. */
function show({ gatewayId, token }: IssuedGatewayToken, happened: string): void {
  process.stderr.write(`${happened} (${encodeId('Gateway', gatewayId)}). Its token, shown only once:\n`)
  process.stdout.write(`${token}\n`)
}

const unknown = (name: string): CommandError =>
  new CommandError(`No gateway has the name "${name}". List them: keyward-server gateway list`)

/** `keyward-server gateway create NAME` */
export async function runGatewayCreate(name: string): Promise<void> {
  const made = await withRuntime((runtime) => createGateway(runtime, name))
  show(made, `Created the gateway "${made.name}"`)
}

/** `keyward-server gateway rotate NAME` */
export async function runGatewayRotate(name: string): Promise<void> {
  const rotated = await withRuntime((runtime) => rotateGatewayToken(runtime, name))
  if (!rotated) throw unknown(name)
  show(rotated, `The old token of the gateway "${rotated.name}" no longer works`)
}

/** `keyward-server gateway remove NAME` */
export async function runGatewayRemove(name: string): Promise<void> {
  const removed = await withRuntime((runtime) => removeGateway(runtime, name))
  if (!removed) throw unknown(name)
  process.stderr.write(`Removed the gateway "${removed.name}". Its token no longer works.\n`)
}

/** `keyward-server gateway list`: one gateway per line, fields separated by tabs. */
export async function runGatewayList(): Promise<void> {
  const gateways = await withRuntime((runtime) => listGateways(runtime))
  if (gateways.length === 0) {
    process.stderr.write('There are no gateways yet. Create one: keyward-server gateway create NAME\n')
    return
  }
  process.stderr.write('ID\tNAME\tTOKEN\tCREATED\tTOKEN ROTATED\tLAST SEEN\n')
  for (const gateway of gateways) process.stdout.write(`${lineOf(gateway)}\n`)
}

function lineOf({ id, name, tokenStart, createdAt, tokenRotatedAt, lastSeenAt }: GatewaySummary): string {
  const at = (time: Date | null): string => time?.toISOString() ?? '-'
  return [encodeId('Gateway', id), name, `${tokenStart}…`, at(createdAt), at(tokenRotatedAt), at(lastSeenAt)].join('\t')
}
