import type { Actor } from './actor.ts'
import { ForbiddenError, NotFoundError, unauthenticated } from './errors.ts'
import {
  type Action,
  can,
  effectiveProjectRole,
  type Grants,
  type OrganizationRole,
  organizationRoleCovers,
  type ProjectRole,
  type Reach,
  reach,
  rolesFor,
  type Target,
} from './policy.ts'

/**
 * An actor and its roles. All checks of the caller use this class. Grants of other principals are checked with `can`
 * and `reach`.
 */
export class Access {
  #grants: Grants

  constructor(
    readonly actor: Actor,
    grants: Grants,
  ) {
    this.#grants = grants
  }

  get grants(): Grants {
    return this.#grants
  }

  /** Replaces the roles by newly loaded ones, after a mutation that may have changed them. */
  renew(grants: Grants): void {
    this.#grants = grants
  }

  can(action: Action, target: Target): boolean {
    return can(this.grants, action, target)
  }

  /** The organizations, projects and key on which the actor can perform an action. */
  reach(action: Action): Reach {
    return reach(this.grants, action)
  }

  /** Throws ForbiddenError unless the actor can perform the action on the target. */
  require(action: Action, target: Target): void {
    if (!this.can(action, target)) throw new ForbiddenError(action, rolesFor(action))
  }

  /** Throws ForbiddenError unless the actor's own organization role is at least each of the given roles. */
  requireCovers(action: Action, organizationId: string, ...roles: OrganizationRole[]): void {
    const own = this.organizationRole(organizationId)
    if (!roles.every((role) => organizationRoleCovers(own, role))) throw new ForbiddenError(action, rolesFor(action))
  }

  /** Throws UNAUTHENTICATED for anonymous requests. */
  requireAuthenticated(): void {
    if (this.actor.kind === 'ANONYMOUS') throw unauthenticated()
  }

  organizationRole(organizationId: string): OrganizationRole | null {
    return this.grants.organizations.get(organizationId)?.role ?? null
  }

  projectRole(target: { organizationId: string; projectId: string }): ProjectRole | null {
    return effectiveProjectRole(this.grants, target)
  }

  /** Returns the row, or throws NotFoundError. The query of the row must be restricted to rows visible to the actor. */
  found<Row>(row: Row | null | undefined, noun: string): Row {
    if (row === null || row === undefined) throw new NotFoundError(noun)
    return row
  }
}
