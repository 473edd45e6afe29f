import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

type Slice = {
  readonly operations: Readonly<
    Record<string, { query?: readonly string[]; body?: object; responses: Readonly<Record<string, object | boolean>> }>
  >;
  readonly components: object;
};

/** What a published OpenAPI description says of one operation. */
export type Contract = {
  /** The operation a request means ("GET /repos/{owner}/{repo}"), with what its path's placeholders hold. */
  readonly find: (
    method: string,
    path: string,
  ) => { operation: string; values: Readonly<Record<string, string>> } | undefined;
  /** What is wrong with a request, in one line each. */
  readonly requestFaults: (operation: string, query: URLSearchParams, body: unknown) => readonly string[];
  /** What is wrong with an answer. */
  readonly answerFaults: (operation: string, status: number, body: unknown) => readonly string[];
};

const cached = new Map<string, Contract>();

/** The contract in a slice file beside the servers, read once a process. */
export function loadContract(file: URL): Contract {
  const known = cached.get(file.href);
  if (known !== undefined) return known;
  const slice = JSON.parse(readFileSync(file, "utf8")) as Slice;
  const contract = contractOf(slice);
  cached.set(file.href, contract);
  return contract;
}

function contractOf(slice: Slice): Contract {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  const root = JSON.parse(JSON.stringify(slice)) as Slice;
  ajv.addSchema({ $id: "api", ...root });
  const compiled = new Map<string, ValidateFunction>();
  const pointer = (text: string) => encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));
  const check = (where: readonly string[], value: unknown): readonly string[] => {
    const ref = `api#/operations/${where.map(pointer).join("/")}`;
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      (error) => `${error.instancePath || "/"} ${error.message} ${JSON.stringify(error.params)}`,
    );
  };
  const patterns = Object.keys(slice.operations)
    .filter((it) => it.includes(" "))
    .map((operation) => ({ operation, ...patternOf(operation) }));
  return {
    find(method, path) {
      for (const { operation, pattern } of patterns) {
        const found = pattern.exec(`${method} ${path}`);
        if (found !== null) return { operation, values: mapValues(found.groups ?? {}, decodeURIComponent) };
      }
      return undefined;
    },
    requestFaults(operation, query, body) {
      const { query: known = [], body: schema } = slice.operations[operation] ?? {};
      const strangers = [...query.keys()]
        .filter((key) => !known.includes(key))
        .map((key) => `unknown query parameter ${key}`);
      if (schema === undefined) return body === undefined ? strangers : [...strangers, "has a body, and takes none"];
      return [...strangers, ...check([operation, "body"], body)];
    },
    answerFaults(operation, status, body) {
      const { responses = {} } = slice.operations[operation] ?? {};
      const key = [String(status), `${String(status)[0]}XX`].find((it) => it in responses);
      if (key === undefined && status < 400) return [`status ${status} is not in the description`];
      const where = key === undefined ? ["errors", "responses", "any"] : [operation, "responses", key];
      return key !== undefined && responses[key] === true ? [] : check(where, body);
    },
  };
}

const mapValues = (values: Readonly<Record<string, string>>, by: (value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, by(value)]));

function patternOf(operation: string): { pattern: RegExp } {
  // A file's path and a ref's name hold slashes; no other placeholder does.
  const source = operation
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${name === "path" || name === "ref" ? ".+" : "[^/]+"})`);
  return { pattern: new RegExp(`^${source}$`) };
}
