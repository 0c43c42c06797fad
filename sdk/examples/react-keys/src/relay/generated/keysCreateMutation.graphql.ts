/**
 * @generated SignedSource<<214f7bf47d1475db81acddf6e2ccf26e>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
import type { FragmentRefs } from "relay-runtime";
export type BudgetPeriod = "DAY" | "MONTH" | "TOTAL" | "WEEK" | "%future added value";
export type LimitAction = "ALERT" | "REJECT" | "%future added value";
export type RatePeriod = "DAY" | "HOUR" | "MINUTE" | "%future added value";
export type RateUnit = "INPUT_TOKENS" | "OUTPUT_TOKENS" | "REQUESTS" | "TOKENS" | "%future added value";
export type Workload = "BATCH" | "CLUSTERS" | "CODE_INTERPRETER" | "ENDPOINTS" | "EVALUATIONS" | "FILES" | "FINE_TUNING" | "INFERENCE" | "%future added value";
export type ApiKeyCreateInput = {
  allowedIps?: ReadonlyArray<string> | null | undefined;
  expiresAt?: string | null | undefined;
  expiresInSeconds?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
  limits?: UsageLimitsInput | null | undefined;
  models?: ReadonlyArray<string> | null | undefined;
  name: string;
  projectId: string;
  tags?: ReadonlyArray<TagInput> | null | undefined;
  workloads?: ReadonlyArray<Workload> | null | undefined;
};
export type UsageLimitsInput = {
  budgets?: ReadonlyArray<BudgetInput> | null | undefined;
  maxConcurrent?: number | null | undefined;
  rates?: ReadonlyArray<RateInput> | null | undefined;
  requestsPerMinute?: number | null | undefined;
};
export type BudgetInput = {
  alertThresholds?: ReadonlyArray<number> | null | undefined;
  onLimit?: LimitAction | null | undefined;
  period: BudgetPeriod;
  usd: string;
};
export type RateInput = {
  max: string;
  model?: string | null | undefined;
  per: RatePeriod;
  unit: RateUnit;
};
export type TagInput = {
  key: string;
  value: string;
};
export type keysCreateMutation$variables = {
  input: ApiKeyCreateInput;
};
export type keysCreateMutation$data = {
  readonly apiKeyCreate: {
    readonly apiKey?: {
      readonly " $fragmentSpreads": FragmentRefs<"keysRow_apiKey">;
    };
    readonly message?: string;
    readonly secret?: string;
  };
};
export type keysCreateMutation = {
  response: keysCreateMutation$data;
  variables: keysCreateMutation$variables;
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
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "secret",
  "storageKey": null
},
v3 = {
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
    "name": "keysCreateMutation",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "apiKeyCreate",
        "plural": false,
        "selections": [
          {
            "kind": "InlineFragment",
            "selections": [
              (v2/*:: as any*/),
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
            "type": "ApiKeyCreatePayload",
            "abstractKey": null
          },
          (v3/*:: as any*/)
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
    "name": "keysCreateMutation",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "apiKeyCreate",
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
              (v2/*:: as any*/),
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
            "type": "ApiKeyCreatePayload",
            "abstractKey": null
          },
          (v3/*:: as any*/)
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "8b1224a45600c94c48d28f38f82f9b77",
    "id": null,
    "metadata": {},
    "name": "keysCreateMutation",
    "operationKind": "mutation",
    "text": "mutation keysCreateMutation(\n  $input: ApiKeyCreateInput!\n) {\n  apiKeyCreate(input: $input) {\n    __typename\n    ... on ApiKeyCreatePayload {\n      secret\n      apiKey {\n        ...keysRow_apiKey\n        id\n      }\n    }\n    ... on Error {\n      __isError: __typename\n      message\n    }\n  }\n}\n\nfragment keysRow_apiKey on ApiKey {\n  id\n  name\n  start\n  status\n  createdAt\n  createdByName\n  lastUsedAt\n}\n"
  }
};
})();

(node as any).hash = "7490dfa0ac4b5ef992b8bf16754fe40d";

export default node;
