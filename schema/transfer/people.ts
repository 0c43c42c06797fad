import { InvalidStateError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { inBatches } from '../write/batches.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import type { Person } from './format.ts'

/** The people of a file, with their accounts on this instance. */
export interface Settled {
  /** The ids on this instance, by the ids in the file. */
  ids: ReadonlyMap<string, string>
  matched: string[]
  created: string[]
}

/**
 * Finds people by e-mail address, and creates accounts without a password for the others. An account whose address is
 * not verified could belong to somebody else.
 */
export async function settlePeople(
  { tx, now }: UnitOfWork,
  people: readonly Person[],
  acceptsUnverified: boolean,
): Promise<Settled> {
  const addressed = people.map((person) => ({ ...person, email: person.email.trim().toLowerCase() }))
  const here = await tx.user.findMany({
    where: { email: { in: addressed.map(({ email }) => email) } },
    select: { id: true, email: true, emailVerified: true },
  })
  const unverified = here.filter(({ emailVerified }) => !emailVerified).map(({ email }) => email)
  if (unverified.length > 0 && !acceptsUnverified) {
    throw new InvalidStateError(
      `The addresses of these accounts on this instance are not verified: ${unverified.join(', ')}. If the accounts belong to the people in the file, add --accept-unverified. Nothing was imported.`,
    )
  }
  const byEmail = new Map(here.map(({ id, email }) => [email, id]))
  const taken = await tx.user.findMany({
    where: { id: { in: addressed.map(({ id }) => id) } },
    select: { id: true },
  })
  const takenIds = new Set(taken.map(({ id }) => id))
  const ids = new Map<string, string>()
  const missing = []
  for (const { id, email, name } of addressed) {
    const known = byEmail.get(email)
    if (known === undefined) missing.push({ id: takenIds.has(id) ? newId() : id, email, name, createdAt: now })
    ids.set(id, known ?? missing.at(-1)?.id ?? id)
  }
  await inBatches(missing, (data) => tx.user.createMany({ data }))
  return { ids, matched: here.map(({ email }) => email), created: missing.map(({ email }) => email) }
}
