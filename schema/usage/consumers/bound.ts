import type { Transaction } from '@keyward/prisma/database'
import type { Metered } from '../metered.ts'
import { MAX_CONSUMERS, OTHERS } from './consumer.ts'
import { countNamed, findUnnamed, lockNaming, type NamedConsumer } from './sql.ts'

const placeOf = ({ payer, hour }: Metered): string => `${payer.projectId} ${hour}`

/**
 * Replaces consumers beyond the maximum of their project and hour by OTHERS, so that the number of sums stays small. A
 * consumer that the hour already names keeps its name. Hours that get new names are locked, so that simultaneous
 * transactions cannot exceed the maximum together.
 */
export async function boundConsumers(tx: Transaction, events: readonly Metered[]): Promise<readonly Metered[]> {
  const asked = new Map<string, NamedConsumer>()
  for (const event of events) {
    const { consumer, hour, payer } = event
    if (consumer === null) continue
    const place = `${placeOf(event)} ${consumer}`
    asked.set(place, { projectId: payer.projectId, hour, consumer })
  }
  if (asked.size === 0) return events
  const unnamed = await unnamedOf(tx, [...asked])
  if (unnamed.length === 0) return events
  await lockNaming(
    tx,
    unnamed.map(([, named]) => named),
  )
  const others = await withoutRoom(tx, await unnamedOf(tx, unnamed))
  return events.map((event) =>
    others.has(`${placeOf(event)} ${event.consumer}`) && event.consumer !== null
      ? { ...event, consumer: OTHERS }
      : event,
  )
}

type Entry = [place: string, named: NamedConsumer]

async function unnamedOf(tx: Transaction, entries: readonly Entry[]): Promise<Entry[]> {
  const places = await findUnnamed(
    tx,
    entries.map(([, named]) => named),
  )
  return places.map((place) => entries[place]).filter((entry) => entry !== undefined)
}

/** The new consumers that exceed the maximum of their hour. */
async function withoutRoom(tx: Transaction, entries: readonly Entry[]): Promise<Set<string>> {
  const hours = new Map(entries.map(([, named]) => [`${named.projectId} ${named.hour}`, named]))
  const counts = await countNamed(tx, [...hours.values()])
  const room = new Map([...hours.keys()].map((hour, index) => [hour, MAX_CONSUMERS - (counts[index] ?? 0)]))
  const others = new Set<string>()
  for (const [place, { projectId, hour }] of entries) {
    const left = room.get(`${projectId} ${hour}`) ?? 0
    if (left > 0) room.set(`${projectId} ${hour}`, left - 1)
    else others.add(place)
  }
  return others
}
