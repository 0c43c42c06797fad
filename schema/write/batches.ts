/**
 * Prisma builds a statement in one turn of the event loop. With 1,000 rows, this blocked every other request for half a
 * second.
 */
const BATCH_ROWS = 50

/** Inserts rows by statements of a bounded size, one after the other. Sends no statement without rows. */
export async function inBatches<Row>(
  rows: readonly Row[],
  insert: (batch: Row[]) => Promise<unknown>,
  size = BATCH_ROWS,
): Promise<void> {
  for (let first = 0; first < rows.length; first += size) await insert(rows.slice(first, first + size))
}
