import type { Transaction } from '@keyward/prisma/database'
import type { Access } from '../core/access.ts'
import { ValidationError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { visibleModels } from './access.ts'

/** Models by UUID, for lists that contain ids of models. */
type Named = ReadonlyMap<string, { slug: string; projectId: string | null }>

/** Finds the models whose ids occur in some lists of patterns, in one statement. */
export async function findNamed(tx: Transaction, access: Access, lists: readonly string[]): Promise<Named> {
  const ids = [...new Set(lists.map((each) => decodeId('Model', each)).filter((id) => id !== null))]
  if (ids.length === 0) return new Map()
  const rows = await tx.model.findMany({
    where: { AND: [{ id: { in: ids } }, visibleModels(access)] },
    select: { id: true, slug: true, projectId: true },
  })
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Replaces ids by slugs, because decisions compare slugs. A model of another project is rejected, and so is any
 * project's model if the list belongs to no project.
 */
export const slugsOf = (
  named: Named,
  models: readonly string[],
  projectId: string | null,
  path: string[] = ['models'],
): string[] => [
  ...new Set(
    models.map((each, index) => {
      const id = decodeId('Model', each)
      if (id === null) return each
      const model = named.get(id)
      if (model && (model.projectId === null || model.projectId === projectId)) return model.slug
      const whose = projectId === null ? 'every project' : 'the project'
      throw ValidationError.at([...path, String(index)], `Must be the id of a model that ${whose} can call.`)
    }),
  ),
]

/** The slugs and patterns of one list. */
export const resolveModels = async (
  tx: Transaction,
  access: Access,
  models: readonly string[],
  projectId: string | null,
): Promise<string[]> => slugsOf(await findNamed(tx, access, models), models, projectId)
