import type { Removal } from './removal.ts'

/** Which requests read from the read replica, and how new its state is. */
export const REPLICA: Removal[] = [
  {
    what: 'a read replica: only operations whose root fields decide nothing',
    file: 'schema/graphql/may-lag.ts',
    guard: 'fields[node.name.value]?.extensions.mayLag === true',
    without: 'fields[node.name.value] !== undefined',
    seenBy: 'replicaReads',
  },
  {
    what: 'a read replica: roles from the primary',
    file: 'schema/graphql/context.ts',
    guard: '    const given = grantsOf(standing.grants, actor.id)\n',
    without:
      '    chosen ??= replica.choose(actor.id, grantsOf(standing.grants, actor.id), standing.required)\n    const [given = grantsOf([], actor.id)] = await loadGrants(chosen ? chosen.database : database, [actor])\n',
    seenBy: 'replicaRights',
  },
  {
    what: 'a read replica: the position of the reader’s own changes',
    file: 'schema/replica/replica.ts',
    guard: 'BigInt(required.written) > replayed',
    without: 'BigInt(required.written) < 0n',
    seenBy: 'replicaReads',
  },
  {
    what: 'a read replica: the note of the position after every mutation',
    file: 'schema/graphql/mutation.ts',
    guard: '    await context.noteChange(true)\n',
    without: '',
    seenBy: 'replicaRights',
  },
  {
    what: 'a read replica: changes that events have announced',
    file: 'schema/replica/changes.ts',
    guard: 'if (replayed >= newest) return false\n',
    without: 'return false\n',
    seenBy: 'replicaReads',
  },
  {
    what: 'a read replica: the cursor of the state that was read',
    file: 'schema/graphql/context.ts',
    guard: 'if (chosen) changesSeen = chosen.reached',
    without: 'if (chosen) changesSeen = runtime.changes.point',
    seenBy: 'replicaReads',
  },
  {
    what: 'a read replica: the maximum of its lag',
    file: 'schema/replica/replica.ts',
    guard: "return this.#isBehind() ? 'behind' : null",
    without: 'return null',
    seenBy: 'replicaOutages',
  },
  {
    what: 'a read replica: its age while the primary is not sampled',
    file: 'schema/replica/lag.ts',
    guard: 'this.#waiting.length === 0 && now - this.#sampledAt <= this.#validMs',
    without: 'this.#waiting.length === 0',
    seenBy: 'replicaOutages',
  },
  {
    what: 'a read replica: the timeline of a failover',
    file: 'schema/replica/fit.ts',
    guard: 'primary.timeline !== null && timelines.includes(primary.timeline) && history',
    without: 'timelines.length > 0 && history',
    seenBy: 'replicaOutages',
  },
  {
    what: 'a read replica: the identity of the database',
    file: 'schema/replica/fit.ts',
    guard: "  if (standing.system !== primary.system) return 'OTHER_DATABASE'\n",
    without: '',
    seenBy: 'replicaOutages',
  },
  {
    what: 'a read replica: the identity of the server behind its address',
    file: 'schema/replica/server.ts',
    guard: 'if (!rows[0]?.is_same) throw',
    without: 'if (rows.length === 0) throw',
    seenBy: 'replicaOutages',
  },
  {
    what: 'a read replica: the primary for statements that it cancels',
    file: 'prisma/reading-from.ts',
    guard: 'if (given?.aborted) throw error',
    without: 'if (given?.aborted || !lost.aborted) throw error',
    seenBy: 'replicaOutages',
  },
  {
    what: 'a read replica: the primary for statements that it does not answer',
    file: 'prisma/reading-from.ts',
    guard: 'return await untilAborted(read(), lost)',
    without: 'return await read()',
    seenBy: 'replicaOutages',
  },
  {
    what: 'a read replica: the bound on requests that wait for its connections',
    file: 'schema/replica/replica.ts',
    guard: 'return this.#server?.isBusy === true &&',
    without: 'return this.#server?.isBusy === null &&',
    seenBy: 'replicaOutages',
  },
]
