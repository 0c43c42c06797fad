/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment ListedKey on ApiKey {\n  id\n  name\n  start\n  status\n  createdAt\n  createdByName\n  lastUsedAt\n}\n\nquery Keys($projectId: ID!, $first: Int!, $after: String) {\n  project(id: $projectId) {\n    id\n    changeCursor\n    apiKeys(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ListedKey\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}\n\nsubscription KeyChanges($projectId: ID!, $after: String) {\n  apiKeyChanges(projectId: $projectId, after: $after) {\n    kind\n    apiKey {\n      ...ListedKey\n    }\n  }\n}\n\nmutation CreateKey($input: ApiKeyCreateInput!) {\n  apiKeyCreate(input: $input) {\n    ... on ApiKeyCreatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RotateKey($input: ApiKeyRotateInput!) {\n  apiKeyRotate(input: $input) {\n    ... on ApiKeyRotatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RevokeKey($input: ApiKeyRevokeInput!) {\n  apiKeyRevoke(input: $input) {\n    ... on ApiKeyRevokePayload {\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.ListedKeyFragmentDoc,
};
const documents: Documents = {
    "fragment ListedKey on ApiKey {\n  id\n  name\n  start\n  status\n  createdAt\n  createdByName\n  lastUsedAt\n}\n\nquery Keys($projectId: ID!, $first: Int!, $after: String) {\n  project(id: $projectId) {\n    id\n    changeCursor\n    apiKeys(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ListedKey\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}\n\nsubscription KeyChanges($projectId: ID!, $after: String) {\n  apiKeyChanges(projectId: $projectId, after: $after) {\n    kind\n    apiKey {\n      ...ListedKey\n    }\n  }\n}\n\nmutation CreateKey($input: ApiKeyCreateInput!) {\n  apiKeyCreate(input: $input) {\n    ... on ApiKeyCreatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RotateKey($input: ApiKeyRotateInput!) {\n  apiKeyRotate(input: $input) {\n    ... on ApiKeyRotatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RevokeKey($input: ApiKeyRevokeInput!) {\n  apiKeyRevoke(input: $input) {\n    ... on ApiKeyRevokePayload {\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.ListedKeyFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment ListedKey on ApiKey {\n  id\n  name\n  start\n  status\n  createdAt\n  createdByName\n  lastUsedAt\n}\n\nquery Keys($projectId: ID!, $first: Int!, $after: String) {\n  project(id: $projectId) {\n    id\n    changeCursor\n    apiKeys(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ListedKey\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}\n\nsubscription KeyChanges($projectId: ID!, $after: String) {\n  apiKeyChanges(projectId: $projectId, after: $after) {\n    kind\n    apiKey {\n      ...ListedKey\n    }\n  }\n}\n\nmutation CreateKey($input: ApiKeyCreateInput!) {\n  apiKeyCreate(input: $input) {\n    ... on ApiKeyCreatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RotateKey($input: ApiKeyRotateInput!) {\n  apiKeyRotate(input: $input) {\n    ... on ApiKeyRotatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RevokeKey($input: ApiKeyRevokeInput!) {\n  apiKeyRevoke(input: $input) {\n    ... on ApiKeyRevokePayload {\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): (typeof documents)["fragment ListedKey on ApiKey {\n  id\n  name\n  start\n  status\n  createdAt\n  createdByName\n  lastUsedAt\n}\n\nquery Keys($projectId: ID!, $first: Int!, $after: String) {\n  project(id: $projectId) {\n    id\n    changeCursor\n    apiKeys(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ListedKey\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}\n\nsubscription KeyChanges($projectId: ID!, $after: String) {\n  apiKeyChanges(projectId: $projectId, after: $after) {\n    kind\n    apiKey {\n      ...ListedKey\n    }\n  }\n}\n\nmutation CreateKey($input: ApiKeyCreateInput!) {\n  apiKeyCreate(input: $input) {\n    ... on ApiKeyCreatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RotateKey($input: ApiKeyRotateInput!) {\n  apiKeyRotate(input: $input) {\n    ... on ApiKeyRotatePayload {\n      secret\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation RevokeKey($input: ApiKeyRevokeInput!) {\n  apiKeyRevoke(input: $input) {\n    ... on ApiKeyRevokePayload {\n      apiKey {\n        ...ListedKey\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;