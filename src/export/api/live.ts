import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import type { Digest } from "../../values/path-name.ts";
import { API_KINDS } from "./api.ts";
import { type Address, type ApiIndex, indexOf, type Schema } from "./api-index.ts";
import type { ApiFile } from "./files.ts";

/** The addresses of a dashboard's figures for a server, which takes the period as a parameter. */
export type LiveApi = {
  /** By its segments, each a name as it is in the books or as files have it; undefined where there is nothing. */
  readonly find: (segments: readonly string[]) => ApiFile | undefined;
  /** The list of all addresses, as a server has them. */
  readonly index: (reportSchema: Schema) => ApiIndex;
};

/** The addresses of a dashboard; those of a kind are made when one of them is wanted. */
export function liveApi(dashboard: Dashboard, digest: Digest): LiveApi {
  const made = new Map<Kind, Named>();
  const named = (kind: Kind): Named => {
    const known = made.get(kind) ?? namedOf(kind.files(dashboard, digest));
    made.set(kind, known);
    return known;
  };
  return {
    find(segments) {
      const kind = API_KINDS.find(({ begins }) => begins.test(`${segments.join("/")}/`));
      return kind && named(kind).get(keyOf(segments));
    },
    index(reportSchema) {
      const addresses = API_KINDS.flatMap((kind) => {
        const files = named(kind);
        return [...new Set(files.values())].map((file) => addressOf(file, files));
      });
      return indexOf(dashboard, { addresses, reportSchema });
    },
  };
}

type Kind = (typeof API_KINDS)[number];
type Named = ReadonlyMap<string, ApiFile>;

/** Files by their segments: a name in the books comes first, for it may look like the name of another's file. */
function namedOf(files: readonly ApiFile[]): Named {
  const named = new Map<string, ApiFile>();
  for (const segmentsOf of [plainSegments, fileSegments]) {
    for (const file of files) {
      const key = keyOf(segmentsOf(file));
      if (!named.has(key)) named.set(key, file);
    }
  }
  return named;
}

function keyOf(segments: readonly string[]): string {
  return segments.join("\n");
}

function addressOf(file: ApiFile, named: Named): Address {
  const { about, schema, values, contents } = file;
  const plain = plainSegments(file);
  const segments = named.get(keyOf(plain)) === file ? plain : fileSegments(file);
  const path = segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join("/");
  const periods = contents.map(({ period }) => period);
  return { template: `${path}?period={period}`, about, schema, ...values, periods };
}

function fileSegments({ template }: ApiFile): string[] {
  return template.split("/").slice(0, -1);
}

/** The segments with the names of the books in place of those of files. */
function plainSegments(file: ApiFile): string[] {
  const { key, value } = file.values ?? {};
  const segments = fileSegments(file);
  const at = segments[0] === "division" ? 1 : segments.length - 1;
  if (isSegment(value)) segments[at] = value;
  const [first, second] = segments;
  const hasKey = (first === "cost" && second === "tag") || (first === "budget" && second === "status");
  if (hasKey && isSegment(key)) segments[2] = key;
  return segments;
}

/** An address can't have an empty segment, nor one that leads out of its folder. */
function isSegment(name: string | undefined): name is string {
  return name !== undefined && !/^\.{0,2}$/.test(name);
}
