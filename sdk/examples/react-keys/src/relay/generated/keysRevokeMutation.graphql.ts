/**
 * @generated SignedSource<<093be90e907faff78077e91b2b669247>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
import type { FragmentRefs } from "relay-runtime";
export type RevocationReason = "LEAKED" | "NO_LONGER_NEEDED" | "OTHER" | "REPLACED" | "%future added value";
export type ApiKeyRevokeInput = {
  awaitGatewaysSeconds?: number | null | undefined;
  id: string;
  reason?: RevocationReason | null | undefined;
};
export type keysRevokeMutation$variables = {
  input: ApiKeyRevokeInput;
};
export type keysRevokeMutation$data = {
  readonly apiKeyRevoke: {
    readonly apiKey?: {
      readonly " $fragmentSpreads": FragmentRefs<"keysRow_apiKey">;
    };
    readonly message?: string;
  };
};
export type keysRevokeMutation = {
  response: keysRevokeMutation$data;
  variables: keysRevokeMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "kind": "Variable",
    "name": "input",
    "variableName": "input"
  }
],
v2 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "message",
      "storageKey": null
    }
  ],
  "type": "Error",
  "abstractKey": "__isError"
};
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "keysRevokeMutation",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "apiKeyRevoke",
        "plural": false,
        "selections": [
          {
            "kind": "InlineFragment",
            "selections": [
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
            "type": "ApiKeyRevokePayload",
            "abstractKey": null
          },
          (v2/*:: as any*/)
        ],
        "storageKey": null
      }
    ],
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "keysRevokeMutation",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "apiKeyRevoke",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          {
            "kind": "InlineFragment",
            "selections": [
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
            "type": "ApiKeyRevokePayload",
            "abstractKey": null
          },
          (v2/*:: as any*/)
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "79f6f669be7f9d6db1f14a5dd448d155",
    "id": null,
    "metadata": {},
    "name": "keysRevokeMutation",
    "operationKind": "mutation",
    "text": "mutation keysRevokeMutation(\n  $input: ApiKeyRevokeInput!\n) {\n  apiKeyRevoke(input: $input) {\n    __typename\n    ... on ApiKeyRevokePayload {\n      apiKey {\n        ...keysRow_apiKey\n        id\n      }\n    }\n    ... on Error {\n      __isError: __typename\n      message\n    }\n  }\n}\n\nfragment keysRow_apiKey on ApiKey {\n  id\n  name\n  start\n  status\n  createdAt\n  createdByName\n  lastUsedAt\n}\n"
  }
};
})();

(node as any).hash = "de7bf6ad73d9fa74ee8a608e77fe94eb";

export default node;
