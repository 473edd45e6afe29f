/** A request as faults and tests see it. */
export type SeenRequest = {
  readonly method: string;
  /** The path with its query, an Enterprise server's `/api/v3` included. */
  readonly path: string;
  /** What a GraphQL request is; absent for REST. */
  readonly kind?: "query" | "mutation";
  readonly operationName?: string;
  /** Whether it could change anything: a mutation, or a REST request that isn't a GET. */
  readonly write: boolean;
  /** The token of who asks, where there is one. */
  readonly token?: string;
};

export type RequestMatch =
  | "any"
  | "read"
  | "write"
  | "query"
  | "mutation"
  | {
      readonly method?: string;
      readonly path?: string | RegExp;
      readonly kind?: "query" | "mutation" | "rest";
      readonly operationName?: string;
    }
  | ((request: SeenRequest) => boolean);

export type Fault =
  /** Waits, then goes on as usual, or to the `next` fault. */
  | { readonly kind: "slow"; readonly ms: number; readonly next?: Fault }
  /** Answers this instead; with `after` the work was done all the same. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly after?: boolean;
    }
  /** Breaks the connection before any work. */
  | { readonly kind: "drop-before" }
  /** Does the work, then breaks the connection. */
  | { readonly kind: "drop-after" }
  /** Never answers; with `after` the work was done. */
  | { readonly kind: "hang"; readonly after?: boolean }
  /** Does the work and answers its status with the body's first bytes only (none unless told). */
  | { readonly kind: "truncate"; readonly bytes?: number }
  /** Reads see the repository as it was so many milliseconds (of the server's clock) or branch updates ago. */
  | { readonly kind: "stale"; readonly ms?: number; readonly commits?: number }
  /** A ruleset refuses the write. */
  | { readonly kind: "ruleset"; readonly rule?: string }
  /** A proxy's page where JSON should be. */
  | { readonly kind: "html"; readonly status?: number }
  /** Something else happens in the world just before the work, or after it and before the answer; then as usual, or `next`. */
  | {
      readonly kind: "meanwhile";
      readonly when: "before" | "after";
      readonly event: () => Promise<unknown>;
      readonly next?: Fault;
    };

export type Schedule = (request: SeenRequest, index: number) => Fault | undefined;

export type Faults = {
  /** The next matching requests meet these faults, one each, in order. */
  readonly next: (match: RequestMatch, ...faults: readonly Fault[]) => void;
  /** Every matching request meets the fault, until the answered function is called. */
  readonly always: (match: RequestMatch, fault: Fault) => () => void;
  /** Asks a function (of a seed, say) about every request; `index` counts requests from 0. */
  readonly schedule: (schedule: Schedule) => void;
  readonly clear: () => void;
  /** Faults told by `next` that nothing has met yet. */
  readonly pending: () => number;
};

export const matches = (match: RequestMatch, request: SeenRequest): boolean => {
  if (typeof match === "function") return match(request);
  if (match === "any") return true;
  if (match === "read") return !request.write;
  if (match === "write") return request.write;
  if (typeof match === "string") return request.kind === match;
  const { method, path, kind, operationName } = match;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (typeof path === "string" && !request.path.includes(path)) return false;
  if (path instanceof RegExp && !path.test(request.path)) return false;
  if (kind !== undefined && kind !== (request.kind ?? "rest")) return false;
  return operationName === undefined || operationName === request.operationName;
};

/** Keeps the faults a test has told, and hands each request the one it meets: `next` first, then the schedule, then `always`. */
export function createFaults(): Faults & { readonly meet: (request: SeenRequest) => Fault | undefined } {
  const queued: { match: RequestMatch; fault: Fault }[] = [];
  const standing: { match: RequestMatch; fault: Fault }[] = [];
  let schedule: Schedule | undefined;
  let index = 0;
  return {
    next(match, ...faults) {
      queued.push(...faults.map((fault) => ({ match, fault })));
    },
    always(match, fault) {
      const told = { match, fault };
      standing.push(told);
      return () => {
        const at = standing.indexOf(told);
        if (at >= 0) standing.splice(at, 1);
      };
    },
    schedule(told) {
      schedule = told;
      index = 0;
    },
    clear() {
      queued.length = 0;
      standing.length = 0;
      schedule = undefined;
    },
    pending: () => queued.length,
    meet(request) {
      const nth = index;
      index += 1;
      const at = queued.findIndex(({ match }) => matches(match, request));
      if (at >= 0) return queued.splice(at, 1)[0]?.fault;
      return schedule?.(request, nth) ?? standing.find(({ match }) => matches(match, request))?.fault;
    },
  };
}

/** GitHub's answer to a client that used up its hour: 403, nothing remaining, `resetAt` in epoch seconds. */
export const primaryRateLimit = (resetAt: number): Fault => ({
  kind: "status",
  status: 403,
  headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(resetAt) },
  body: {
    message: "API rate limit exceeded for installation ID 1.",
    documentation_url: "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
    status: "403",
  },
});

/** GitHub's answer to a client that was too fast, with a `retry-after` in seconds when given. */
export const secondaryRateLimit = (retryAfter?: number, status: 403 | 429 = 403): Fault => ({
  kind: "status",
  status,
  headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
  body: {
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    documentation_url:
      "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits",
    status: String(status),
  },
});
