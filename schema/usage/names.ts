import type { Caller } from '../core/caller.ts'
import { encodeId } from '../core/ids.ts'
import { maySee } from '../model/access.ts'
import { credentialId } from '../verification/credential.ts'
import { nameOfKind } from './credential.ts'
import type { Sum } from './sums.ts'

interface Named {
  id: string
  name: string
}

interface ModelRow {
  id: string
  slug: string
  organizationId: string | null
  projectId: string | null
}

/** Names of the dimensions of a sum. Ids are public. */
export interface SumNames {
  project: Named | null
  credential: { kind: string; id: string; name: string } | null
  user: Named | null
  /** The slug. Null if no model was named, or if the caller may not see it. */
  model: string | null
}

const distinct = (ids: (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))]

/** Loads the names of sums, with one statement per dimension. */
export async function namesOf({ access, runtime }: Caller, sums: readonly Sum[]): Promise<(sum: Sum) => SumNames> {
  const { prisma } = runtime.database
  const idsOf = (read: (sum: Sum) => string | null) => distinct(sums.map(read))
  const find = async <Row extends { id: string }>(ids: string[], ask: (ids: string[]) => Promise<Row[]>) =>
    new Map(ids.length === 0 ? [] : (await ask(ids)).map((row) => [row.id, row]))
  const select = { id: true, name: true } as const
  const [projects, keys, users, models] = await Promise.all([
    find(
      idsOf(({ projectId }) => projectId),
      (ids) => prisma.project.findMany({ where: { id: { in: ids } }, select }),
    ),
    find(
      idsOf((sum) => (sum.credentialKind === 'API_KEY' ? sum.credentialId : null)),
      (ids) => prisma.apiKey.findMany({ where: { id: { in: ids } }, select }),
    ),
    find(
      idsOf(({ userId }) => userId),
      (ids) => prisma.user.findMany({ where: { id: { in: ids } }, select }),
    ),
    find(
      idsOf(({ modelId }) => modelId),
      (ids): Promise<ModelRow[]> =>
        prisma.model.findMany({
          where: { id: { in: ids } },
          select: { id: true, slug: true, organizationId: true, projectId: true },
        }),
    ),
  ])
  return ({ projectId, credentialKind: kind, credentialId: credential, userId, modelId }) => {
    const model = models.get(modelId ?? '')
    return {
      project:
        projectId === null ? null : { id: encodeId('Project', projectId), name: projects.get(projectId)?.name ?? '' },
      credential:
        kind === null || credential === null
          ? null
          : {
              kind,
              id: credentialId(kind, credential),
              name: kind === 'API_KEY' ? (keys.get(credential)?.name ?? '') : nameOfKind(kind),
            },
      user: userId === null ? null : { id: encodeId('User', userId), name: users.get(userId)?.name ?? '' },
      model: model && maySee(access, model) ? model.slug : null,
    }
  }
}
