// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { RequestOptions } from '../core/options.ts'
import { read } from '../internal/run.ts'
import type { Transport } from '../internal/transport.ts'
import * as documents from './documents.ts'
import type * as types from './types.ts'
import { ApiKeysResource } from './resources/apiKeys.ts'
import { AuditLogResource } from './resources/auditLog.ts'
import { CollaboratorsResource } from './resources/collaborators.ts'
import { CostAnalyticsResource } from './resources/costAnalytics.ts'
import { DenialsResource } from './resources/denials.ts'
import { GatewayResource } from './resources/gateway.ts'
import { InvitationsResource } from './resources/invitations.ts'
import { LegacyKeyResource } from './resources/legacyKey.ts'
import { LimitsResource } from './resources/limits.ts'
import { MembersResource } from './resources/members.ts'
import { ModelsResource } from './resources/models.ts'
import { OrganizationsResource } from './resources/organizations.ts'
import { OwnershipResource } from './resources/ownership.ts'
import { PlaygroundResource } from './resources/playground.ts'
import { ProjectsResource } from './resources/projects.ts'
import { ResourcesResource } from './resources/resources.ts'
import { ServiceAccountsResource } from './resources/serviceAccounts.ts'
import { TrustsResource } from './resources/trusts.ts'
import { UsageResource } from './resources/usage.ts'
import { ViewerResource } from './resources/viewer.ts'
import { WebhooksResource } from './resources/webhooks.ts'

/** The generated part of the client, from the operations in sdk/operations. */
export class GeneratedClient {
  readonly #transport: Transport
  readonly apiKeys: ApiKeysResource
  readonly auditLog: AuditLogResource
  readonly collaborators: CollaboratorsResource
  readonly costAnalytics: CostAnalyticsResource
  readonly denials: DenialsResource
  readonly gateway: GatewayResource
  readonly invitations: InvitationsResource
  readonly legacyKey: LegacyKeyResource
  readonly limits: LimitsResource
  readonly members: MembersResource
  readonly models: ModelsResource
  readonly organizations: OrganizationsResource
  readonly ownership: OwnershipResource
  readonly playground: PlaygroundResource
  readonly projects: ProjectsResource
  readonly resources: ResourcesResource
  readonly serviceAccounts: ServiceAccountsResource
  readonly trusts: TrustsResource
  readonly usage: UsageResource
  readonly viewer: ViewerResource
  readonly webhooks: WebhooksResource

  constructor(transport: Transport) {
    this.#transport = transport
    this.apiKeys = new ApiKeysResource(transport)
    this.auditLog = new AuditLogResource(transport)
    this.collaborators = new CollaboratorsResource(transport)
    this.costAnalytics = new CostAnalyticsResource(transport)
    this.denials = new DenialsResource(transport)
    this.gateway = new GatewayResource(transport)
    this.invitations = new InvitationsResource(transport)
    this.legacyKey = new LegacyKeyResource(transport)
    this.limits = new LimitsResource(transport)
    this.members = new MembersResource(transport)
    this.models = new ModelsResource(transport)
    this.organizations = new OrganizationsResource(transport)
    this.ownership = new OwnershipResource(transport)
    this.playground = new PlaygroundResource(transport)
    this.projects = new ProjectsResource(transport)
    this.resources = new ResourcesResource(transport)
    this.serviceAccounts = new ServiceAccountsResource(transport)
    this.trusts = new TrustsResource(transport)
    this.usage = new UsageResource(transport)
    this.viewer = new ViewerResource(transport)
    this.webhooks = new WebhooksResource(transport)
  }

  /**
   * Explains whether a principal may perform an action and which role or state decides it. Available to anyone
   * with a role, and to keys. To explain another principal, the caller must be the Owner or an ADMIN of the
   * organization, or a member who is ADMIN of the project.
   */
  explain(input: types.ExplainInput, options?: RequestOptions): Promise<types.Explanation> {
    return read(this.#transport, documents.explain, { input }, options)
  }

  /**
   * Fetches the type and name of any object by its id. Null if the object does not exist or is not visible to
   * you. Each resource’s own `get` returns all fields. Available to everyone.
   * @param id Id of an object of any type.
   */
  node(id: string, options?: RequestOptions): Promise<types.NodeReference | null> {
    return read(this.#transport, documents.node, { id }, options)
  }

  /**
   * Fetches the types and names of up to 100 objects by id, in the order given. An item is null if it does not
   * exist or is not visible to you. Each resource’s own `get` returns all fields. Available to everyone.
   * @param ids Ids of objects of any types, at most 100.
   */
  nodes(ids: readonly string[], options?: RequestOptions): Promise<readonly (types.NodeReference | null)[]> {
    return read(this.#transport, documents.nodes, { ids }, options)
  }
}
