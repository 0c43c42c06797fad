import { isInNetworks, parseAddress } from '@keyward/engine/networks'
import type { RejectionReason, VerificationWarning, VerifyRequest } from './answer.ts'
import type { KeyRecord } from './record.ts'

const EXPIRES_SOON_MS = 24 * 3_600_000

/**
 * Why a key may not do what is asked, by what its record says; null when nothing is in the way. The order is part of the
 * contract (docs/verification.md): what is final or the key's own comes first, what depends on the request last.
 */
export function refusalOf(record: KeyRecord, request: VerifyRequest, now: Date): RejectionReason | null {
  if (record.revoked) return 'REVOKED'
  if (record.retiresAt !== null && record.retiresAt <= now) return 'SECRET_RETIRED'
  if (record.expiresAt !== null && record.expiresAt <= now) return 'EXPIRED'
  if (record.archived) return 'PROJECT_ARCHIVED'
  if (record.networks.length > 0 && !isInNetworks(parseAddress(request.clientIp ?? ''), record.networks)) {
    return 'IP_NOT_ALLOWED'
  }
  if (record.workloads.size > 0 && !(request.workload && record.workloads.has(request.workload))) {
    return 'WORKLOAD_NOT_ALLOWED'
  }
  return null
}

/** What an accepted key's owner should know. */
export function warningsOf(record: KeyRecord, now: Date, isOutage: boolean): VerificationWarning[] {
  const warnings: VerificationWarning[] = []
  if (record.kind === 'LEGACY_KEY') warnings.push('LEGACY_KEY_DEPRECATED')
  // Every playground token expires soon: that is nothing to warn of.
  const isKey = record.kind !== 'PLAYGROUND'
  if (isKey && record.expiresAt && record.expiresAt.getTime() - now.getTime() < EXPIRES_SOON_MS) {
    warnings.push('EXPIRES_SOON')
  }
  if (record.retiresAt) warnings.push('SECRET_RETIRES_SOON')
  if (isOutage) warnings.push('SERVED_DURING_OUTAGE')
  return warnings
}
