/** What GitHub answered: refusals too, which the caller can distinguish. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly body: unknown;
};

/** One entry of GraphQL's `errors`, as far as it distinguishes refusals. */
export type GraphqlError = {
  readonly type: string | undefined;
  readonly message: string;
  /** GraphQL's own complaint about the query itself ("undefinedField"): an Enterprise server too old. */
  readonly code: string | undefined;
};

/** The errors of a GraphQL answer; none for any other. */
export function graphqlErrorsOf(reply: Reply): readonly GraphqlError[] {
  const errors = propertyOf(reply.body, "errors");
  if (reply.status !== 200 || !Array.isArray(errors)) return [];
  return errors.map((error) => ({
    type: textOr(propertyOf(error, "type")),
    message: textOr(propertyOf(error, "message")) ?? "no reason given",
    code: textOr(propertyOf(propertyOf(error, "extensions"), "code")),
  }));
}

/** What time it was at GitHub when it answered, milliseconds since 1970; undefined if it doesn't say. */
export function serverTimeOf(reply: Reply): number | undefined {
  const time = Date.parse(headerOf(reply, "date") ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** A header of an answer, by its name in lower case. */
export function headerOf({ headers }: Reply, name: string): string | undefined {
  const value = headers[name];
  return value === undefined ? undefined : String(value);
}

/** A value where it is text. */
export function textOr(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A property of what may be anything. */
export function propertyOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
