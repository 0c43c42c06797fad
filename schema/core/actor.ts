/** The authenticated sender of a request. Ids are UUIDs; an actor never holds a secret. */
export type Actor =
  | { kind: 'ANONYMOUS' }
  | { kind: 'USER'; id: string; name: string; email: string; sessionId: string }
  | {
      kind: 'SERVICE_ACCOUNT'
      id: string
      name: string
      organizationId: string
      /** The person who last saw this request's token. Null if unknown. */
      tokenSeenByUserId: string | null
      /** The only project in which the role of a trust's token is valid. */
      onlyProjectId?: string
    }
  | {
      kind: 'API_KEY'
      id: string
      name: string
      organizationId: string
      projectId: string
      secretVersion: number
      /** Patterns of the models that the actor can call. Empty: all. */
      models: readonly string[]
    }
  | { kind: 'LEGACY_KEY'; id: string; organizationId: string; projectId: string }
  | { kind: 'GATEWAY'; id: string; name: string }

export type ActorKind = Actor['kind']

/** The actors that hold roles: people and service accounts. */
export type Principal = Extract<Actor, { kind: 'USER' | 'SERVICE_ACCOUNT' }>

/** True for a User or a ServiceAccount. */
export const isPrincipal = (actor: Actor): actor is Principal =>
  actor.kind === 'USER' || actor.kind === 'SERVICE_ACCOUNT'
