import * as z from "zod/mini";

/** An object as GraphQL shows it that was asked for as a blob. */
export const blobObject = z.object({
  text: z.optional(z.nullable(z.string())),
  isTruncated: z.optional(z.boolean()),
  byteSize: z.optional(z.number()),
});

/** A file as GraphQL shows it, with the object asked for as a blob. */
export const blobEntry = z.nullable(z.object({ object: z.nullable(blobObject) }));
export type BlobEntry = z.output<typeof blobEntry>;
const someEntry = z.nullable(z.object({ type: z.string() }));

// Only null means that there is no such file: an answer that leaves out what was asked for says nothing.

/** The answer to the query, in the form that GitHub's schema promises. */
export const booksAnswer = z.object({
  data: z.object({
    repository: z.nullable(
      z.object({
        isEmpty: z.boolean(),
        defaultBranchRef: z.nullable(
          z.object({
            name: z.string(),
            target: z.nullable(z.object({ policy: blobEntry, policyYaml: blobEntry, legacy: blobEntry })),
          }),
        ),
        ref: z.nullable(
          z.object({
            target: z.object({
              oid: z.string(),
              state: blobEntry,
              ledger: someEntry,
              first: blobEntry,
              second: blobEntry,
              third: someEntry,
            }),
          }),
        ),
      }),
    ),
  }),
});

/** Head, state, the hour's ledger, policy and what was left on the default branch, in one request. */
export const BOOKS_QUERY = `query TokenBudgetRead($owner: String!, $name: String!, $ref: String!, $path: String!, $folder: String!,
  $first: String!, $second: String!, $third: String!, $policy: String!, $policyYaml: String!) {
  repository(owner: $owner, name: $name) {
    isEmpty
    defaultBranchRef { name target { ... on Commit {
      policy: file(path: $policy) { ...Content }
      policyYaml: file(path: $policyYaml) { ...Content }
      legacy: file(path: $path) { ...Content }
    } } }
    ref(qualifiedName: $ref) { target { oid ... on Commit {
      state: file(path: $path) { ...Content }
      ledger: file(path: $folder) { type }
      first: file(path: $first) { ...Content }
      second: file(path: $second) { ...Content }
      third: file(path: $third) { type }
    } } }
  }
}
fragment Content on TreeEntry { object { ... on Blob { text isTruncated byteSize } } }`;
