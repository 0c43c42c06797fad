/** Times that a request is repeated. Enough for a machine that is busy for a minute. */
const REPEATS = 30

const isUnavailable = (answer: object): boolean => 'reason' in answer && answer.reason === 'UNAVAILABLE'

/**
 * Asks for a decision, again while it is UNAVAILABLE, as that answer advises: a busy machine can take longer for a look-up
 * or an exchange of leases than the two seconds that a decision waits. Such a denial charges nothing.
 */
export async function decided<Answer extends object>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let repeats = 0; ; repeats += 1) {
    const answer = await ask()
    if (repeats === REPEATS || !isUnavailable(answer)) return answer
    console.log(`a request could not be decided in time, and is repeated (${repeats + 1})`)
  }
}
