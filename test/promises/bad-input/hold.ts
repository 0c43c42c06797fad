/** The longest time, in milliseconds of CPU, for which some work held the event loop at once. */
export async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let isRunning = true
  let longest = 0
  const watch = async () => {
    let before = process.cpuUsage()
    while (isRunning) {
      await new Promise((resolve) => setImmediate(resolve))
      const { user, system } = process.cpuUsage(before)
      before = process.cpuUsage()
      longest = Math.max(longest, (user + system) / 1_000)
    }
  }
  const watching = watch()
  try {
    await work()
  } finally {
    isRunning = false
    await watching
  }
  return longest
}
