/*
 * Rows of a list that are accepted or rejected one by one. GraphQL.js would reject the whole request for one value of the wrong type. The server replaces such a row by a stand-in, and the resolver gets its problem.
 */

/** A row that is not of its type. */
export class InvalidRow {
  constructor(
    /** The first invalid field within the row; null if the row is not an object. */
    readonly field: string | null,
    readonly message: string,
    /** The row as it was sent. */
    readonly given: unknown,
  ) {}
}

/** The field option of a list whose rows are rejected one by one: the name of a text field, which marks stand-ins. */
export const rowsMarkedBy = (field: string) => ({ extensions: { rowsMarkedBy: field } })

/** Invalid rows by their marks, by the context of their request. */
const invalidRows = new WeakMap<object, Map<string, InvalidRow>>()

/** Registers an invalid row. Returns its mark, which no valid text is: it begins with NUL. */
export function markRow(context: object, row: InvalidRow): string {
  const rows = invalidRows.get(context) ?? new Map<string, InvalidRow>()
  invalidRows.set(context, rows)
  const mark = `\u0000${rows.size}`
  rows.set(mark, row)
  return mark
}

/** The rows of a list, with invalid ones in place of their stand-ins. */
export function withInvalidRows<Field extends string, Row extends Record<Field, string>>(
  context: object,
  field: Field,
  rows: readonly Row[],
): (Row | InvalidRow)[] {
  const invalid = invalidRows.get(context)
  return invalid ? rows.map((row) => invalid.get(row[field]) ?? row) : [...rows]
}
