// Cuts GitHub's published OpenAPI description down to the operations our stand-in answers.
// Usage: node scripts/slice-openapi.mjs <folder of an unpacked @octokit/openapi> (385 MB: unpack it outside the project)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { carryRefs, closeObjects, prune } from "./slice-schema.mjs";

const OPERATIONS = [
  // Nobody asks for these two here: what the pages say to post is held against them.
  ["post", "/orgs/{org}/rulesets"],
  ["post", "/repos/{owner}/{repo}/rulesets"],
  ["get", "/rate_limit"],
  ["get", "/user"],
  ["get", "/repos/{owner}/{repo}"],
  ["get", "/repos/{owner}/{repo}/actions/runs/{run_id}/approvals"],
  ["get", "/repos/{owner}/{repo}/branches/{branch}"],
  ["get", "/repos/{owner}/{repo}/collaborators/{username}/permission"],
  ["put", "/repos/{owner}/{repo}/contents/{path}"],
  ["get", "/repos/{owner}/{repo}/git/blobs/{file_sha}"],
  ["post", "/repos/{owner}/{repo}/git/commits"],
  ["get", "/repos/{owner}/{repo}/git/commits/{commit_sha}"],
  ["get", "/repos/{owner}/{repo}/git/ref/{ref}"],
  ["post", "/repos/{owner}/{repo}/git/refs"],
  ["post", "/repos/{owner}/{repo}/git/trees"],
  ["get", "/repos/{owner}/{repo}/git/trees/{tree_sha}"],
  ["get", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
  ["patch", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
  ["get", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["post", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["get", "/repos/{owner}/{repo}/rules/branches/{branch}"],
  ["get", "/repos/{owner}/{repo}/rulesets/{ruleset_id}"],
  ["get", "/repos/{owner}/{repo}/tarball/{ref}"],
];

const [source] = process.argv.slice(2);
if (!source) throw new Error("usage: node scripts/slice-openapi.mjs <unpacked @octokit/openapi>");
const api = JSON.parse(readFileSync(join(source, "generated/api.github.com.json"), "utf8"));
const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));

const resolve = (node) =>
  node?.$ref
    ? node.$ref
        .slice(2)
        .split("/")
        .reduce((at, key) => at[key.replace(/~1/g, "/").replace(/~0/g, "~")], api)
    : node;
const jsonSchemaOf = (node) =>
  Object.entries(resolve(node)?.content ?? {}).find(([type]) => /json/.test(type))?.[1].schema;

const operations = {};
for (const [method, path] of OPERATIONS) {
  const operation = api.paths[path][method];
  const body = jsonSchemaOf(operation.requestBody);
  const responses = {};
  for (const [status, response] of Object.entries(operation.responses)) {
    const schema = jsonSchemaOf(response);
    responses[status] = schema ? prune(schema) : true;
  }
  operations[`${method.toUpperCase()} ${path}`] = {
    query: (operation.parameters ?? [])
      .map(resolve)
      .filter((p) => p.in === "query")
      .map((p) => p.name),
    ...(body ? { body: closeObjects(prune(body)) } : {}),
    responses,
  };
}
operations.errors = { responses: { any: prune({ $ref: "#/components/schemas/basic-error" }) } };

const schemas = carryRefs(operations, (name) => prune(api.components.schemas[name]));
const out = new URL("../test/support/github/openapi.json", import.meta.url);
const text = `${JSON.stringify({ source: `@octokit/openapi@${version}, api.github.com (MIT)`, operations, components: { schemas } })}\n`;
writeFileSync(out, text);
process.stdout.write(`${text.length} bytes, ${Object.keys(schemas).length} schemas\n`);
