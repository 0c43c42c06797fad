import { readingFrom } from '@keyward/prisma/reading-from'
import { Access } from '../core/access.ts'
import { type Actor, isPrincipal, type Principal } from '../core/actor.ts'
import type { Caller } from '../core/caller.ts'
import { grantsOf, inherentGrants, loadGrants, narrowGrants, type PrincipalKey, withOperator } from '../core/grants.ts'
import { Loader } from '../core/loader.ts'
import type { Grants } from '../core/policy.ts'
import { LimitLoaders } from '../limit/settings/loaders.ts'
import type { ChosenReplica } from '../replica/replica.ts'
import { readStanding } from '../replica/sql.ts'
import type { Runtime } from '../runtime.ts'
import { UserLoaders } from '../user/loaders.ts'
import type { Point } from '../write/outbox/history-sql.ts'

/** State that the resolvers of one request share. */
export interface GraphContext extends Caller {
  /** Identifies the request, so that its long responses take turns with those of other requests. */
  requester: object
  /** Loads the roles of principals, one statement per batch. */
  grants: Loader<PrincipalKey, Grants, string>
  users: UserLoaders
  limits: LimitLoaders
  /**
   * The newest change known when the request began, or on the replica that the request reads. Everything that the
   * request reads is at least as new.
   */
  changesSeen: Point
  /** Clears the loaders after a mutation, and reloads the actor's own roles if the mutation may have changed them. */
  renewGrants(ownRoles: 'KEEP' | 'MAY_GAIN' | 'MAY_LOSE'): Promise<void>
  /**
   * Makes the caller’s change visible to the caller’s later reads, on all servers. Call it after the commit, and before
   * the outcome is sent to anybody. `isCertain` is false if the outcome of the commit is unknown.
   */
  noteChange(isCertain: boolean): Promise<void>
  /** Authenticates again and reloads the roles. Called before every event of a subscription. */
  refresh(): Promise<GraphContext>
  /**
   * Marks a person's or service account's row as visible to the caller, and returns it. Rows of these types that are
   * not marked are denied. This is a second check after the WHERE that found them.
   */
  vouch<Row extends object>(row: Row): Row
  isVouched(row: object): boolean
  /** Address of the client. Null if unknown. */
  clientAddress: string | null
  /** Registers the reservation of a decision. The reservation is released if the response reaches nobody. */
  noteReservation(token: string): void
}

/** Properties of a request that the server passes in. */
export interface RequestFacts {
  actor: Actor
  /** Whether the request only reads data that a replica can serve. Defaults to false. */
  mayLag?: boolean
  requestId: string
  /** See `GraphContext`. Unknown by default. */
  clientAddress?: string | null
  /** Authenticates the request's credential again; anonymous if it is no longer valid. */
  reauthenticate(): Promise<Actor>
  /** Pauses the time limit of the request during a change. Missing if the request has no time limit. */
  untimed?: Caller['untimed']
  /** See `GraphContext`. By default, reservations are not registered. */
  noteReservation?: GraphContext['noteReservation']
}

/** Adds back roles that ended while a mutation committed. */
const withLost = (after: Grants, before: Grants): Grants => ({
  ...after,
  organizations: new Map([...before.organizations, ...after.organizations]),
  projects: new Map([...before.projects, ...after.projects]),
})

/**
 * Creates the context of one request, with the actor's roles loaded. The roles are always read from the primary. The
 * request may read from a replica. The replica may be older than the roles, but it contains the last change of them.
 */
export async function createContext(
  runtime: Runtime,
  facts: RequestFacts,
  former: ChosenReplica | null = null,
): Promise<GraphContext> {
  const { actor, requestId, clientAddress = null, untimed = (change) => change(), noteReservation = () => {} } = facts
  const { database, replica } = runtime
  const grants = new Loader<PrincipalKey, Grants, string>(database, (principals) => loadGrants(database, principals), {
    cacheKeyFn: (principal) => principal.id,
  })
  const { operators } = runtime.settings
  const rolesOf = async (principal: Principal) =>
    withOperator(narrowGrants(await grants.load(principal), principal), principal, operators)
  let chosen: ChosenReplica | null = null
  let changesSeen = runtime.changes.point
  if (replica && facts.mayLag && isPrincipal(actor) && replica.isThere()) {
    const standing = await readStanding(database, actor.id)
    const given = grantsOf(standing.grants, actor.id)
    grants.prime(actor, given)
    if (former === null) chosen = replica.choose(actor.id, given, standing.required)
    else if (replica.allows(former, actor.id, given, standing.required)) chosen = former
    if (chosen) changesSeen = chosen.reached
  }
  const held = isPrincipal(actor) ? await rolesOf(actor) : inherentGrants(actor)
  const access = new Access(actor, held)
  const reads = chosen ? readingFrom(database, chosen) : database
  const users = new UserLoaders(reads)
  const vouched = new WeakSet<object>()
  return {
    runtime: chosen ? { ...runtime, database: reads } : runtime,
    requester: database.requester ?? {},
    access,
    requestId,
    clientAddress,
    untimed,
    async noteChange(isCertain) {
      if (!replica || !isPrincipal(actor)) return
      if (isCertain) await replica.positions.note(actor.id)
      else replica.positions.doubt(actor.id)
    },
    changesSeen,
    grants,
    users,
    limits: new LimitLoaders(reads),
    async renewGrants(ownRoles) {
      users.forget()
      if (!isPrincipal(actor)) return
      grants.clearAll()
      if (ownRoles === 'KEEP') return
      const after = await rolesOf(actor)
      access.renew(ownRoles === 'MAY_GAIN' ? withLost(after, access.grants) : after)
    },
    // A request that once read from the primary never goes back to an older state.
    refresh: async () => {
      const mayLag = chosen !== null && !chosen.hasFailed
      return createContext(runtime, { ...facts, mayLag, actor: await facts.reauthenticate() }, chosen)
    },
    vouch(row) {
      vouched.add(row)
      return row
    },
    isVouched: (row) => vouched.has(row),
    noteReservation,
  }
}
