import { execute, type GraphQLError, type GraphQLFieldResolver, Kind, type OperationDefinitionNode } from "graphql";
import { createCommitOnBranch } from "./commit-on-branch.ts";
import { graphqlError } from "./graphql-error.ts";
import { type Fields, RepositoryView, repositoryFields } from "./graphql-objects.ts";
import { checkQuery, githubSchema } from "./graphql-schema.ts";
import type { Answer } from "./refusal.ts";
import { isoSeconds } from "./rest-bodies.ts";
import { type Session, visibleRepository } from "./session.ts";

export type GraphqlRequest = {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
};

/** Whether a request is a query or a mutation, and its name; a query that can't be read counts as a query. */
export function operationOf(request: GraphqlRequest): { kind: "query" | "mutation"; operationName?: string } {
  const { document } = checkQuery(request.query);
  const operations = document.definitions.filter(
    (it): it is OperationDefinitionNode => it.kind === Kind.OPERATION_DEFINITION,
  );
  const operation = operations.find(
    (it) => request.operationName === undefined || it.name?.value === request.operationName,
  );
  const name = operation?.name?.value;
  return {
    kind: operation?.operation === "mutation" ? "mutation" : "query",
    ...(name === undefined ? {} : { operationName: name }),
  };
}

/** Validates a request against GitHub's schema and executes it; errors are answered with 200, as GitHub does. */
export async function answerGraphql(session: Session, request: GraphqlRequest): Promise<Answer> {
  const { document, errors } = checkQuery(request.query);
  if (errors.length > 0) {
    session.violate(`GraphQL: ${errors.map((it) => it.message).join("; ")}`);
    return { status: 200, body: { errors: errors.map(({ message, locations }) => ({ message, locations })) } };
  }
  const result = await execute({
    schema: githubSchema(),
    document,
    rootValue: rootFields(session),
    variableValues: request.variables,
    operationName: request.operationName,
    fieldResolver: (source, args, _context, info) => resolveField(session, source as Fields, args, info),
  });
  if (result.errors === undefined) return { status: 200, body: { data: result.data } };
  for (const error of result.errors) {
    const own = error.extensions["type"] !== undefined;
    if (!own) session.violate(`GraphQL: ${error.message}`);
  }
  return {
    status: 200,
    body: { ...(result.data === undefined ? {} : { data: result.data }), errors: result.errors.map(errorBody) },
  };
}

type FieldInfo = Parameters<GraphQLFieldResolver<unknown, unknown>>[3];

function resolveField(session: Session, source: Fields, args: Record<string, unknown>, info: FieldInfo): unknown {
  if (!(info.fieldName in source)) {
    session.violate(`GraphQL: the stand-in can't answer ${info.parentType.name}.${info.fieldName}`);
    throw graphqlError("UNKNOWN", `${info.parentType.name}.${info.fieldName}`);
  }
  const value = source[info.fieldName];
  return typeof value === "function" ? value(args) : value;
}

const errorBody = ({ message, path, locations, extensions }: GraphQLError) => ({
  ...(extensions["type"] === undefined ? {} : { type: extensions["type"] }),
  ...(path === undefined ? {} : { path }),
  ...(locations === undefined ? {} : { locations }),
  message,
});

function rootFields(session: Session): Fields {
  const views = new Map<string, RepositoryView>();
  return {
    __typename: "Query",
    viewer: { __typename: "User", login: session.token.login ?? "github-actions[bot]" },
    rateLimit: () => {
      const { limit, used, remaining, reset } = session.rateLimit("graphql");
      return {
        __typename: "RateLimit",
        cost: 1,
        limit,
        used,
        remaining,
        nodeCount: 1,
        resetAt: isoSeconds(new Date(reset * 1000)),
      };
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const nameWithOwner = `${owner}/${name}`;
      const repository = visibleRepository(session, nameWithOwner);
      if (repository === undefined)
        throw graphqlError("NOT_FOUND", `Could not resolve to a Repository with the name '${nameWithOwner}'.`);
      const view = views.get(repository.nameWithOwner) ?? new RepositoryView(session, repository);
      views.set(repository.nameWithOwner, view);
      return repositoryFields(view);
    },
    createCommitOnBranch: ({ input }: { input: Parameters<typeof createCommitOnBranch>[1] }) =>
      createCommitOnBranch(session, input),
  };
}
