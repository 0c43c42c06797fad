/**
 * Splits rows, which are ordered by organization, into batches of one organization each, because each batch locks the
 * audit log of its organization.
 */
export function* ofOneOrganization<Row extends { organization_id: string }>(
  rows: readonly Row[],
  size: number,
): Iterable<Row[]> {
  let some: Row[] = []
  for (const row of rows) {
    if (some.length === size || (some[0] && some[0].organization_id !== row.organization_id)) {
      yield some
      some = []
    }
    some.push(row)
  }
  if (some.length > 0) yield some
}
