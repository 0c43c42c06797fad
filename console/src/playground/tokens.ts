import { keyward } from '../app/api.ts'

/** Tokens are replaced after this time. They are valid for ten minutes. */
const REPLACED_AFTER_MS = 9 * 60_000

interface Held {
  token: string
  createdAt: number
}

/** The playground tokens of this document, by project. They are never stored, shown or logged. */
const held = new Map<string, Held>()

/** The token that charges a project, and whether it was created for this call. */
export interface ProjectToken {
  token: string
  isNew: boolean
}

/** Returns the token that charges a project, or creates one. Its age is measured without the clock of the server. */
export async function tokenFor(organizationId: string, projectId: string): Promise<ProjectToken> {
  const known = held.get(projectId)
  if (known && performance.now() - known.createdAt < REPLACED_AFTER_MS) return { token: known.token, isNew: false }
  const createdAt = performance.now()
  const { token } = await keyward.playground.createToken({ organizationId, projectId })
  held.set(projectId, { token, createdAt })
  return { token, isNew: true }
}

/** Discards a rejected token, so that the next request uses a new one. */
export const forgetToken = (projectId: string): void => void held.delete(projectId)
