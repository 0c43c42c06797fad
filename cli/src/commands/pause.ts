import type { GatewayReceipt } from '@keyward/sdk'
import type { Cli } from '../cli.ts'
import { parseAhead, parseSpan, showTime } from '../times.ts'

/** Options of the pause commands. */
export const UNTIL = [
  '--until <when>',
  'end of the pause: a day, a time, or a span from now (2h); if omitted, the pause has no end',
] as const
export const WAIT = [
  '--wait <span>',
  'wait until every gateway has applied the change, at most this long: 0s to 10s',
] as const

/** Parses the options of a pause command. */
export const parsePause = ({ until, wait }: { until?: string | undefined; wait?: string | undefined }) => ({
  until: until === undefined ? null : parseAhead('--until', until),
  awaitGatewaysSeconds: wait === undefined ? undefined : parseSpan('--wait', wait),
})

/** Reports which gateways have applied a change that denies requests. */
export function reportReceipts(cli: Cli, change: string, gateways: readonly GatewayReceipt[] | null): void {
  if (!gateways) return
  for (const { gatewayName, connectionId, acknowledged } of gateways) {
    const connection =
      gatewayName === null ? `A gateway (${connectionId})` : `The gateway "${gatewayName}" (${connectionId})`
    if (acknowledged) cli.output.note(`${connection} has applied the ${change}.`)
    else cli.output.warn(`${connection} has not applied the ${change} yet, and may still allow requests.`)
  }
  if (gateways.length === 0) cli.output.note('No gateways are connected.')
}

/** Describes when a pause ends, as part of a sentence. */
export const untilText = (until: string | null): string =>
  until === null ? 'until you resume it' : `until ${showTime(until)}`
