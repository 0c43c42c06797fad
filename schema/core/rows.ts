/*
 * Rows of a list that are accepted or rejected one by one. GraphQL.js would reject the whole request for one value of the
 * wrong type, and reads all rows at once. The server reads each row by itself and sends a stand-in; the resolver gets the row.
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

/** Rows by their marks, by the context of their request. */
const readRows = new WeakMap<object, Map<string, unknown>>()

/**
 * Keeps a row that the server has read: its value, or an `InvalidRow`. Returns its mark, which no valid text is: it begins
 * with NUL.
 */
export function markRow(context: object, row: unknown): string {
  const rows = readRows.get(context) ?? new Map<string, unknown>()
  readRows.set(context, rows)
  const mark = `\u0000${rows.size}`
  rows.set(mark, row)
  return mark
}

/** The rows of a list, with those that the server has read in place of their stand-ins. */
export function rowsOf<Field extends string>(
  context: object,
  field: Field,
  rows: readonly Readonly<Record<Field, string>>[],
): unknown[] {
  const read = readRows.get(context)
  return read ? rows.map((row) => read.get(row[field]) ?? row) : [...rows]
}
