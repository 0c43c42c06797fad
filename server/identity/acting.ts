import { Access } from '@keyward/schema/core/access'
import { type Actor, isPrincipal } from '@keyward/schema/core/actor'
import type { Caller } from '@keyward/schema/core/caller'
import { inherentGrants, loadGrants, narrowGrants } from '@keyward/schema/core/grants'
import { newId } from '@keyward/schema/core/ids'
import { NO_GRANTS } from '@keyward/schema/core/policy'
import type { Runtime } from '@keyward/schema/runtime'

/** Creates a caller with the actor's current roles, for code that calls services outside a request. */
export async function actingAs(runtime: Runtime, actor: Actor): Promise<Caller> {
  const [loaded = NO_GRANTS] = isPrincipal(actor)
    ? await loadGrants(runtime.database, [actor])
    : [inherentGrants(actor)]
  return {
    runtime,
    access: new Access(actor, narrowGrants(loaded, actor)),
    requestId: newId(),
    untimed: (change) => change(),
  }
}
