import { createHash } from "node:crypto";
import { type LiveApi, liveApi } from "../../export/api/live.ts";
import { metricsText } from "../../export/metrics.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { sitePage } from "../../report/html/site.ts";
import { jsonText } from "../../values/json-text.ts";
import { type AnswerSchemas, SCHEMA_NAMES, type SchemaNames } from "./schemas.ts";

/** A text in UTF-8 that is sent again and again while the books don't change. */
export type Answer = { readonly type: string; readonly body: Uint8Array<ArrayBuffer>; readonly etag: string };

/** A month of an address that can be had; or all the months that there are. */
export type Found = { readonly answer: Answer } | { readonly months: readonly string[] };

/** The answers of one dashboard, each made once, when it is first wanted. */
export type Answers = {
  readonly page: (path: string) => Answer | undefined;
  /** By an address and a month, this-month or last-month. */
  readonly figures: (segments: readonly string[], period: string) => Found | undefined;
  readonly index: () => Answer;
  /** By the path of a file that `dashboard` writes, "cost/organization/2026-02.json". */
  readonly file: (path: string) => Answer | undefined;
  readonly metrics: () => Answer;
};

type ApiFile = NonNullable<ReturnType<LiveApi["find"]>>;

const JSON_TYPE = "application/json; charset=utf-8";

/** The answers of a dashboard. Each throws if it isn't what its schema says. */
export function answersOf(dashboard: Dashboard, schemas: AnswerSchemas): Answers {
  const made = new Map<string, Answer>();
  const once = (key: string, make: () => string, type: string): Answer => {
    const known = made.get(key) ?? answerOf(make(), type);
    made.set(key, known);
    return known;
  };
  const api = liveApi(dashboard, hex);
  const json = (key: string, schema: keyof SchemaNames, content: () => unknown) =>
    once(key, () => `${jsonText(schemas.checked(SCHEMA_NAMES[schema], content()))}\n`, JSON_TYPE);
  const contentOf = ({ schema, contents }: ApiFile, period: string): Found => {
    const found = contents.find((one) => one.period === period);
    if (found === undefined) return { months: contents.map((one) => one.period) };
    return { answer: json(found.path, schema, found.content) };
  };
  return {
    page(path) {
      const known = made.get(path);
      if (known !== undefined) return known;
      const text = sitePage(dashboard, path, { digest: hex, sha256: base64 });
      return text === undefined ? undefined : once(path, () => text, "text/html; charset=utf-8");
    },
    figures(segments, period) {
      const file = api.find(segments);
      const [now, before] = dashboard.spans.months.map(({ from }) => from.slice(0, 7));
      const month = { "this-month": now, "last-month": before }[period] ?? period;
      return file && contentOf(file, month);
    },
    index: () => json("index", "index", () => api.index(schemas.report)),
    file(path) {
      const [, folder = "", period = ""] = /^(.+)\/(\d{4}-\d\d)\.json$/.exec(path) ?? [];
      const file = folder === "" ? undefined : api.find(folder.split("/"));
      const found = file?.template === `${folder}/{period}.json` ? contentOf(file, period) : undefined;
      return found !== undefined && "answer" in found ? found.answer : undefined;
    },
    metrics: () => once("metrics", () => metricsText(dashboard), "text/plain; version=0.0.4; charset=utf-8"),
  };
}

function answerOf(text: string, type: string): Answer {
  const body = new TextEncoder().encode(text);
  return { type, body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"` };
}

function hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function base64(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
