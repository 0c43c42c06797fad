import { randomUUID } from 'node:crypto'

/*
 * Rows of a list that are accepted or rejected one by one. GraphQL.js would reject the whole request for one value of the
 * wrong type, and reads all rows at once. The server reads each row by itself and passes GraphQL.js one stand-in for all of
 * them. The resolver gets the rows.
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

/**
 * The option of a list field whose rows are rejected one by one: the name of a text field, which identifies the stand-in.
 */
export const rowsMarkedBy = (field: string) => ({ extensions: { rowsMarkedBy: field } })

/** Lists of rows by their marks, by the context of their request. */
const readRows = new WeakMap<object, Map<string, readonly unknown[]>>()

/**
 * Keeps the rows of a list that the server has read: their values, or an `InvalidRow`. Returns their mark. A caller cannot
 * guess it: a forged one would be replaced by the rows of another list, as often as it is sent.
 */
export function markRows(context: object, rows: readonly unknown[]): string {
  const lists = readRows.get(context) ?? new Map<string, readonly unknown[]>()
  readRows.set(context, lists)
  const mark = randomUUID()
  lists.set(mark, rows)
  return mark
}

/** The rows of a list, or those that the server has read, if the list is their stand-in. */
export function rowsOf<Field extends string>(
  context: object,
  field: Field,
  rows: readonly Readonly<Record<Field, string>>[],
): readonly unknown[] {
  const [standIn] = rows
  if (standIn === undefined || rows.length > 1) return rows
  return readRows.get(context)?.get(standIn[field]) ?? rows
}
