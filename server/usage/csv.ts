/** What a spreadsheet would take for a formula when it stands first in a cell. */
const FORMULA = /^[=+\-@\t\r]/

/** A cell as RFC 4180 has it, which no spreadsheet runs as a formula. */
function cell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line of a CSV file. */
export const csvLine = (values: readonly string[]): string => `${values.map(cell).join(',')}\r\n`
