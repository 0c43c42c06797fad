import type { UnitOfWork } from '../write/unit-of-work.ts'

/** Audits and publishes a change of a key. */
export function record(
  unit: UnitOfWork,
  key: { id: string; name: string; organizationId: string; projectId: string },
  kind: Parameters<UnitOfWork['publish']>[0]['kind'],
  action: string,
  details: NonNullable<Parameters<UnitOfWork['audit']>[0]['details']> = {},
): void {
  const { organizationId, projectId, id } = key
  unit.audit({ organizationId, projectId, action, targetType: 'ApiKey', targetId: id, targetName: key.name, details })
  unit.publish({ organizationId, projectId, kind, subjectId: id })
}
