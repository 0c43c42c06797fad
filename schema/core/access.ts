import { type Actor, isPrincipal, type Principal } from './actor.ts'
import { ForbiddenError, NotFoundError, unauthenticated } from './errors.ts'
import {
  type Action,
  can,
  effectiveProjectRole,
  type Grants,
  type OrganizationRole,
  type ProjectRole,
  type Reach,
  reach,
  rolesFor,
  type Target,
} from './policy.ts'

/** An actor and what it holds: the one place where a request's questions to the policy table are asked. */
export class Access {
  #grants: Grants
  #required: { action: Action; target: Target }[] = []

  constructor(
    readonly actor: Actor,
    grants: Grants,
  ) {
    this.#grants = grants
  }

  get grants(): Grants {
    return this.#grants
  }

  /** Takes over roles that were loaded again, after a mutation that may have changed one's own. */
  renew(grants: Grants): void {
    this.#grants = grants
  }

  can(action: Action, target: Target): boolean {
    return can(this.grants, action, target)
  }

  /** Everywhere that the actor may do an action. */
  reach(action: Action): Reach {
    return reach(this.grants, action)
  }

  /** Refuses what the actor may see but not do. */
  require(action: Action, target: Target): void {
    if (!this.can(action, target)) throw new ForbiddenError(action, rolesFor(action))
    this.#required.push({ action, target })
  }

  /** What was required since the last change: a change requires it again, of the roles that are held under its locks. */
  get required(): readonly { action: Action; target: Target }[] {
    return this.#required
  }

  /** Begins anew, once a change is over. */
  forgetRequired(): void {
    this.#required = []
  }

  /** Refuses anonymous requests. */
  requireAuthenticated(): void {
    if (this.actor.kind === 'ANONYMOUS') throw unauthenticated()
  }

  /** The person or service account that acts; keys hold no roles, so they may not act where this is asked. */
  requirePrincipal(action: string): Principal {
    this.requireAuthenticated()
    if (!isPrincipal(this.actor)) throw new ForbiddenError(action, ['USER', 'SERVICE_ACCOUNT'])
    return this.actor
  }

  organizationRole(organizationId: string): OrganizationRole | null {
    return this.grants.organizations.get(organizationId)?.role ?? null
  }

  projectRole(target: { organizationId: string; projectId: string }): ProjectRole | null {
    return effectiveProjectRole(this.grants, target)
  }

  /** Answers what is there, or that nothing is: for rows found by a WHERE that holds what the actor may see. */
  found<Row>(row: Row | null | undefined, noun: string): Row {
    if (row === null || row === undefined) throw new NotFoundError(noun)
    return row
  }
}
