/**
 * @generated SignedSource<<5a426fba94b2f3e92a1fb2b019b0a3c1>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ReaderFragment } from 'relay-runtime';
export type ApiKeyStatus = "ACTIVE" | "EXPIRED" | "PAUSED" | "REVOKED" | "%future added value";
import type { FragmentRefs } from "relay-runtime";
export type keysRow_apiKey$data = {
  readonly createdAt: string;
  readonly createdByName: string;
  readonly id: string;
  readonly lastUsedAt: string | null | undefined;
  readonly name: string;
  readonly start: string;
  readonly status: ApiKeyStatus;
  readonly " $fragmentType": "keysRow_apiKey";
};
export type keysRow_apiKey$key = {
  readonly " $data"?: keysRow_apiKey$data;
  readonly " $fragmentSpreads": FragmentRefs<"keysRow_apiKey">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "keysRow_apiKey",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "id",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "name",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "start",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "status",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "createdAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "createdByName",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "lastUsedAt",
      "storageKey": null
    }
  ],
  "type": "ApiKey",
  "abstractKey": null
};

(node as any).hash = "8fc4f8db2c355cfa6c85998ea9f55434";

export default node;
