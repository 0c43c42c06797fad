// Prints the closing line of a run: how many tests passed, failed and were skipped. A step that failed counts as one.
import { readFileSync } from 'node:fs'

const [path = '', failedSteps = '0'] = process.argv.slice(2)
let report = {}
try {
  report = JSON.parse(readFileSync(path, 'utf8'))
} catch {
  console.log('The tests left no report: they did not run to their end.')
}
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0, success = false } = report
const skipped = numPendingTests + numTodoTests
const failed = numFailedTests + Number(failedSteps)
console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = success && failed === 0 && numPassedTests > 0 ? 0 : 1
