const PAGE = 500

/** A page of a table in the order of its ids, as an argument of `findMany`. */
export interface Page {
  where: { id?: { gt: string } }
  orderBy: { id: 'asc' }
  take: number
}

/** Calls `work` for each row of a table, a page at a time, and adds up what it returns. */
export async function eachRow<Row extends { id: string }>(
  find: (page: Page) => Promise<Row[]>,
  work: (row: Row) => Promise<number>,
): Promise<number> {
  let sum = 0
  let where: Page['where'] = {}
  for (;;) {
    const rows = await find({ where, orderBy: { id: 'asc' }, take: PAGE })
    for (const row of rows) sum += await work(row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return sum
    where = { id: { gt: last.id } }
  }
}
