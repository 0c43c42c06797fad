// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import { join, mutation, type RootOperation } from '../internal/operation.ts'
import type * as types from './types.ts'

export const apiKeysAuthorize: RootOperation<readonly types.ApiKeyVerification[]> = {
  name: 'apiKeys.authorize',
  text: 'mutation ApiKeysAuthorize($inputs:[ApiKeyAuthorizeInput!]!){apiKeysAuthorize(inputs:$inputs){__typename ...on ApiKeyAllowed{credentialId kind name secretVersion projectId organizationId expiresAt reservation limits{scope kind model limit remaining resetsAt}warnings asOf maxStalenessSeconds}...on ApiKeyDenied{deniedCredentialId reason message httpStatus retryAfterSeconds limits{scope kind model limit remaining resetsAt}asOf}}}',
}

export const gatewayAcknowledge: RootOperation<types.GatewaySync> = {
  name: 'gateway.acknowledge',
  text: 'mutation GatewayAcknowledge($input:GatewayAcknowledgeInput!){gatewayAcknowledge(input:$input){__typename ...on GatewayAcknowledgePayload{sync{cursor subjects recalls asOf now outageGraceSeconds}}...on Error{code}}}',
  typename: 'GatewayAcknowledgePayload',
  unwrap: 'sync',
}

export const gatewayLookUp: RootOperation<types.GatewaySnapshot> = {
  name: 'gateway.lookUp',
  text: 'query GatewayLookUp($input:GatewayLookUpInput!){gatewayLookUp(input:$input){credentials{secretHash subjects kind credentialId name projectId organizationId secretVersion retiresAt expiresAt revoked paused pausedUntil projectArchived workloads models allowedIps origins limits(byModel:true){scope scopeId subject kind model limit onLimit}useId}unreadable resources{resourceId projectId subjects}models{slug online projectId subjects prices{lineItem usd unit effectiveFrom}}asOf}}',
}

export const gatewaySync: RootOperation<types.GatewaySync> = {
  name: 'gateway.sync',
  text: 'subscription GatewaySync($connectionId:String!$after:String){gatewaySync(connectionId:$connectionId after:$after){cursor subjects recalls asOf now outageGraceSeconds}}',
}

export const limitsExchangeLeases: RootOperation<types.LimitLeasesExchangePayload> = {
  name: 'limits.exchangeLeases',
  text: 'mutation LimitsExchangeLeases($input:LimitLeasesExchangeInput!){limitLeasesExchange(input:$input){__typename ...on LimitLeasesExchangePayload{leases{leaseId granted taken remaining idleWithOthers resetsAt}rates{scopeId granted remaining requestsPerMinute}}...on Error{code}}}',
  typename: 'LimitLeasesExchangePayload',
}

export const usageRecord: RootOperation<Pick<types.UsageRecordPayload, 'rejected'>> = {
  name: 'usage.record',
  text: 'mutation UsageRecord($input:UsageRecordInput!){usageRecord(input:$input){__typename ...on UsageRecordPayload{rejected{index eventId field code message}}...on Error{code}}}',
  typename: 'UsageRecordPayload',
}
