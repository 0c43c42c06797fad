import { ForbiddenError, NotFoundError, RequestError, type RequestErrorCode } from '@keyward/schema/core/errors'
import { localDayOf } from '@keyward/schema/core/time-zone'
import { createContext, type GraphContext } from '@keyward/schema/graphql/context'
import { tagOfName } from '@keyward/schema/limit/part'
import type { Runtime } from '@keyward/schema/runtime'
import { OTHERS } from '@keyward/schema/usage/consumers/consumer'
import { usageUnitOf } from '@keyward/schema/usage/enums'
import { type CostExport, type CostLine, openExport } from '@keyward/schema/usage/export'
import type { Dimension, Question } from '@keyward/schema/usage/question'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import type { RequestContext } from '../http/request-context.ts'
import { errorResponse } from '../http/responses.ts'
import type { Log } from '../telemetry/log.ts'

/** Path of the export. */
export const COSTS_CSV = '/export/costs.csv'

type Column = [name: string, value: (line: CostLine) => string]

const COLUMNS: Record<Dimension, Column[]> = {
  PROJECT: [
    ['project_id', ({ names }) => names.project?.id ?? ''],
    ['project_name', ({ names }) => names.project?.name ?? ''],
  ],
  CREDENTIAL: [
    ['credential_kind', ({ names }) => names.credential?.kind ?? ''],
    ['credential_id', ({ names }) => names.credential?.id ?? ''],
    ['credential_name', ({ names }) => names.credential?.name ?? ''],
  ],
  USER: [
    ['user_id', ({ names }) => names.user?.id ?? ''],
    ['user_name', ({ names }) => names.user?.name ?? ''],
  ],
  WORKLOAD: [['workload', ({ sum }) => sum.workload ?? '']],
  MODEL: [['model', ({ names }) => names.model ?? '']],
  LINE_ITEM: [
    ['line_item', ({ sum }) => sum.lineItem ?? ''],
    ['quantity', ({ sum }) => sum.quantity.toString()],
    ['unit', ({ sum }) => (sum.lineItem && usageUnitOf(sum.lineItem)) ?? ''],
  ],
  CONSUMER: [
    ['consumer', ({ sum }) => sum.consumer ?? ''],
    ['is_other_consumers', ({ sum }) => String(sum.consumer === OTHERS)],
  ],
  TAG: [['tag_value', ({ sum }) => sum.tagValue ?? '']],
}

const columnsOf = ({ groupBy }: Question): Column[] => [
  ['start', ({ start }) => start.toISOString()],
  ['end', ({ end }) => end.toISOString()],
  ...(Object.keys(COLUMNS) as Dimension[]).flatMap((dimension) => (groupBy.has(dimension) ? COLUMNS[dimension] : [])),
  ['requests', ({ requests }) => requests.toString()],
  ['cost_usd', ({ cost }) => cost],
]

const LISTS = [
  'groupBy',
  'projectIds',
  'credentialIds',
  'userIds',
  'workloads',
  'modelIds',
  'lineItems',
  'consumers',
  'tags',
] as const
const SINGLE = ['organizationId', 'projectId', 'from', 'to', 'granularity', 'timeZone', 'tagKey'] as const
const NAMES: readonly string[] = [...LISTS, ...SINGLE]

const moment = z.iso
  .datetime({ offset: true, error: 'Must be an RFC 3339 time with a time zone, such as 2027-01-31T12:00:00Z.' })
  .transform((value) => new Date(value))
  .refine((date) => !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1, {
    error: 'Must be a time that exists.',
  })

const times = z.object({ from: moment, to: moment })

const bad = (message: string): RequestError => new RequestError('BAD_REQUEST', message)

function tagOf(entry: string) {
  if (!entry.includes('=')) throw bad('Write each of `tags` as key=value, such as team=search.')
  return tagOfName(entry)
}

/** Parses the query string: the arguments of `costAnalytics`, with lists separated by commas. */
function readQuery(query: URLSearchParams) {
  for (const name of query.keys()) {
    if (!NAMES.includes(name)) throw bad(`Unknown parameter \`${name.slice(0, 50)}\`. Use one of: ${NAMES.join(', ')}.`)
    if (query.getAll(name).length > 1) throw bad(`\`${name}\` is given more than once. Separate entries by commas.`)
  }
  const given = times.safeParse({ from: query.get('from') ?? '', to: query.get('to') ?? '' })
  if (!given.success) {
    throw RequestError.invalid(given.error.issues.map(({ path, message }) => ({ path: path.map(String), message })))
  }
  const list = (name: string) =>
    query
      .get(name)
      ?.split(',')
      .filter((entry) => entry !== '')
  const { groupBy, tags, ...filter } = Object.fromEntries(LISTS.map((name) => [name, list(name)]))
  return {
    organizationId: query.get('organizationId'),
    projectId: query.get('projectId'),
    input: {
      ...given.data,
      granularity: query.get('granularity') ?? 'DAY',
      timeZone: query.get('timeZone'),
      groupBy,
      tagKey: query.get('tagKey'),
      filter: { ...filter, tags: tags?.map(tagOf) },
    },
  }
}

/** Exports the data of `costAnalytics` as a CSV file of any size, with the same permissions. */
export async function exportCosts(
  request: Request,
  { authentication, requestId, errorCodes }: RequestContext,
  runtime: Runtime,
  log: Log,
): Promise<Response> {
  const refuse = (status: number, code: RequestErrorCode, message: string, headers: Record<string, string> = {}) => {
    errorCodes.add(code)
    return errorResponse(status, { code, message, requestId }, headers)
  }
  if (request.method !== 'GET') return refuse(405, 'BAD_REQUEST', 'Use GET.', { allow: 'GET' })
  if (!authentication || authentication.actor.kind === 'ANONYMOUS') {
    const message = 'Sign in, or send a credential as `Authorization: Bearer …`.'
    return refuse(401, 'UNAUTHENTICATED', message, { 'www-authenticate': 'Bearer' })
  }
  const { actor, reauthenticate } = authentication
  const context: GraphContext = await createContext(runtime, { actor, requestId, reauthenticate, mayLag: true })
  try {
    const costs = await openExport(context, readQuery(new URL(request.url).searchParams))
    return new Response(streamOf(costs, requestId, log), {
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${fileNameOf(costs.question)}"`,
      },
    })
  } catch (error) {
    if (error instanceof RequestError) return refuse(400, error.code, error.message)
    if (error instanceof NotFoundError) return refuse(404, 'BAD_REQUEST', error.message)
    if (error instanceof ForbiddenError) return refuse(403, 'FORBIDDEN', error.message)
    throw error
  }
}

const day = (at: Date, zone: string): string => {
  const { year, month, day: date } = localDayOf(zone, at.getTime())
  return [String(year).padStart(4, '0'), String(month + 1).padStart(2, '0'), String(date).padStart(2, '0')].join('-')
}

const fileNameOf = ({ from, to, timeZone }: Question): string => `costs-${day(from, timeZone)}-${day(to, timeZone)}.csv`

/** Formats CSV lines (RFC 4180). Cells that a spreadsheet would run as a formula are prefixed with an apostrophe. */
const csv = (rows: string[][]): string => stringify(rows, { escape_formulas: true, record_delimiter: 'windows' })

/** Streams page by page as the client reads. An error aborts the response. */
function streamOf({ question, pages }: CostExport, requestId: string, log: Log): ReadableStream<Uint8Array> {
  const columns = columnsOf(question)
  const source = pages()
  const encode = (text: string) => new TextEncoder().encode(text)
  return new ReadableStream({
    start: (controller) => controller.enqueue(encode(csv([columns.map(([name]) => name)]))),
    async pull(controller) {
      try {
        const { done, value } = await source.next()
        if (done) controller.close()
        else controller.enqueue(encode(csv(value.map((line) => columns.map(([, read]) => read(line))))))
      } catch (error) {
        if (!(error instanceof ForbiddenError)) log.error('an export broke off', error, { requestId })
        controller.error(error)
      }
    },
    async cancel() {
      await source.return(undefined)
    },
  })
}
