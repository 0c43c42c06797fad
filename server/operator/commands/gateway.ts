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

/** The token alone goes to standard output, so that a script can take it; people read the rest on standard error. */
function show({ gatewayId, token }: IssuedGatewayToken, happened: string): void {
  process.stderr.write(`${happened} (${encodeId('Gateway', gatewayId)}). Its token, shown this once:\n`)
  process.stdout.write(`${token}\n`)
}

const unknown = (name: string): CommandError =>
  new CommandError(`There is no gateway called "${name}". See: keyward-server gateway list`)

/** `keyward-server gateway create NAME` */
export async function runGatewayCreate(name: string): Promise<void> {
  const made = await withRuntime((runtime) => createGateway(runtime, name))
  show(made, `The gateway "${made.name}" is made`)
}

/** `keyward-server gateway rotate NAME` */
export async function runGatewayRotate(name: string): Promise<void> {
  const rotated = await withRuntime((runtime) => rotateGatewayToken(runtime, name))
  if (!rotated) throw unknown(name)
  show(rotated, `The old token of the gateway "${rotated.name}" has stopped`)
}

/** `keyward-server gateway remove NAME` */
export async function runGatewayRemove(name: string): Promise<void> {
  const removed = await withRuntime((runtime) => removeGateway(runtime, name))
  if (!removed) throw unknown(name)
  process.stderr.write(`The gateway "${removed.name}" is removed, and its token has stopped.\n`)
}

/** `keyward-server gateway list`: one gateway a line, its fields separated by tabs. */
export async function runGatewayList(): Promise<void> {
  const gateways = await withRuntime((runtime) => listGateways(runtime))
  if (gateways.length === 0) {
    process.stderr.write('There is no gateway yet. Make one: keyward-server gateway create NAME\n')
    return
  }
  process.stderr.write('ID\tNAME\tTOKEN\tCREATED\tTOKEN ROTATED\tLAST SEEN\n')
  for (const gateway of gateways) process.stdout.write(`${lineOf(gateway)}\n`)
}

function lineOf({ id, name, tokenStart, createdAt, tokenRotatedAt, lastSeenAt }: GatewaySummary): string {
  const at = (time: Date | null): string => time?.toISOString() ?? '-'
  return [encodeId('Gateway', id), name, `${tokenStart}…`, at(createdAt), at(tokenRotatedAt), at(lastSeenAt)].join('\t')
}
