// What the two OpenAPI slicers share: prose off, OpenAPI 3.0's `nullable` into JSON Schema, references carried along.

const PROSE = new Set([
  "description",
  "example",
  "examples",
  "externalDocs",
  "title",
  "deprecated",
  "discriminator",
  "xml",
  "readOnly",
  "writeOnly",
  "summary",
]);
const NAMED = new Set(["properties", "patternProperties", "$defs", "definitions"]);

/** A schema without prose and vendor keys, with `nullable` said the way JSON Schema does. */
export function prune(schema, named = false) {
  if (Array.isArray(schema)) return schema.map((item) => prune(item));
  if (schema === null || typeof schema !== "object") return schema;
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!named && (PROSE.has(key) || key.startsWith("x-") || key === "nullable" || key === "default")) continue;
    out[key] = key === "enum" || key === "const" || key === "required" ? value : prune(value, !named && NAMED.has(key));
  }
  if (named || schema.nullable !== true) return out;
  if (typeof out.type === "string") {
    out.type = [out.type, "null"];
    if (out.enum && !out.enum.includes(null)) out.enum = [...out.enum, null];
    return out;
  }
  return { anyOf: [out, { type: "null" }] };
}

/** The same schema refusing keys it does not name: what GitHub ignores in a request is a slip of ours. */
export function closeObjects(schema) {
  if (Array.isArray(schema)) return schema.map(closeObjects);
  if (schema === null || typeof schema !== "object") return schema;
  const out = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closeObjects(value)]));
  if (out.type === "object" && out.properties && out.additionalProperties === undefined)
    out.additionalProperties = false;
  return out;
}

/** Every component schema reachable from `root`, by name. */
export function carryRefs(root, load) {
  const schemas = {};
  const visit = (node) => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (node && typeof node === "object") {
      const name = typeof node.$ref === "string" ? node.$ref.replace("#/components/schemas/", "") : undefined;
      if (name && !(name in schemas)) {
        schemas[name] = load(name);
        visit(schemas[name]);
      }
      Object.values(node).forEach(visit);
    }
  };
  visit(root);
  return schemas;
}
