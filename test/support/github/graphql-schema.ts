import { readFileSync } from "node:fs";
import { buildSchema, type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from "graphql";

let schema: GraphQLSchema | undefined;

/** GitHub's own published GraphQL schema, built once a process and only when asked for. */
export function githubSchema(): GraphQLSchema {
  if (schema === undefined) {
    // The package exports its schema only as code that takes long to load: the text beside it is read instead.
    const file = new URL("schema.graphql", import.meta.resolve("@octokit/graphql-schema"));
    schema = buildSchema(readFileSync(file, "utf8"), { assumeValid: true });
  }
  return schema;
}

export type CheckedQuery = { readonly document: DocumentNode; readonly errors: readonly GraphQLError[] };

const checked = new Map<string, CheckedQuery>();

/** The query parsed, and what GitHub's schema has against it. */
export function checkQuery(query: string): CheckedQuery {
  const known = checked.get(query);
  if (known !== undefined) return known;
  let result: CheckedQuery;
  try {
    const document = parse(query);
    result = { document, errors: validate(githubSchema(), document) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    result = { document: { kind: "Document", definitions: [] } as unknown as DocumentNode, errors: [error] };
  }
  checked.set(query, result);
  return result;
}
