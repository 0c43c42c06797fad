/**
 * @generated SignedSource<<415313a058ec1d1af69cc1ff6c28d116>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
import type { FragmentRefs } from "relay-runtime";
export type ApiKeyChangeKind = "API_KEY_CREATED" | "API_KEY_LEAKED" | "API_KEY_PAUSED" | "API_KEY_RESUMED" | "API_KEY_REVOKED" | "API_KEY_ROTATED" | "API_KEY_ROTATION_FINISHED" | "API_KEY_ROTATION_UNDONE" | "API_KEY_UPDATED" | "BUDGET_ALERT" | "%future added value";
export type keysChangesSubscription$variables = {
  after?: string | null | undefined;
  projectId: string;
};
export type keysChangesSubscription$data = {
  readonly apiKeyChanges: {
    readonly apiKey: {
      readonly " $fragmentSpreads": FragmentRefs<"keysRow_apiKey">;
    } | null | undefined;
    readonly kind: ApiKeyChangeKind;
  };
};
export type keysChangesSubscription = {
  response: keysChangesSubscription$data;
  variables: keysChangesSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "after"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "projectId"
},
v2 = [
  {
    "kind": "Variable",
    "name": "after",
    "variableName": "after"
  },
  {
    "kind": "Variable",
    "name": "projectId",
    "variableName": "projectId"
  }
],
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "kind",
  "storageKey": null
};
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "keysChangesSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": "ApiKeyChange",
        "kind": "LinkedField",
        "name": "apiKeyChanges",
        "plural": false,
        "selections": [
          (v3/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "concreteType": "ApiKey",
            "kind": "LinkedField",
            "name": "apiKey",
            "plural": false,
            "selections": [
              {
                "args": null,
                "kind": "FragmentSpread",
                "name": "keysRow_apiKey"
              }
            ],
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v0/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "keysChangesSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": "ApiKeyChange",
        "kind": "LinkedField",
        "name": "apiKeyChanges",
        "plural": false,
        "selections": [
          (v3/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "concreteType": "ApiKey",
            "kind": "LinkedField",
            "name": "apiKey",
            "plural": false,
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
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "2e376e60df09ffc410e65af56369bf10",
    "id": null,
    "metadata": {},
    "name": "keysChangesSubscription",
    "operationKind": "subscription",
    "text": "subscription keysChangesSubscription(\n  $projectId: ID!\n  $after: String\n) {\n  apiKeyChanges(projectId: $projectId, after: $after) {\n    kind\n    apiKey {\n      ...keysRow_apiKey\n      id\n    }\n  }\n}\n\nfragment keysRow_apiKey on ApiKey {\n  id\n  name\n  start\n  status\n  createdAt\n  createdByName\n  lastUsedAt\n}\n"
  }
};
})();

(node as any).hash = "c000f0d62c4a21a30e7efbdebbd1de8c";

export default node;
