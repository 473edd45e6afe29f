/** Headers as they are on the wire: name, value, name, value. */
export type RawHeaders = readonly string[];

/** What is between two neighbors alone, and what each connection says for itself. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);
const NOT_SENT_ON = new Set([...HOP_BY_HOP, "host", "expect"]);

type Changes = {
  /** The host it goes to. */
  readonly host: string;
  /** What the answer may be encoded as; undefined leaves the client's wish. */
  readonly codings?: readonly string[];
  /** The length of a body that was changed, which is not encoded. */
  readonly changedLength?: number;
  /** Its trailers are sent, and so is what announces them. */
  readonly isTrailing?: boolean;
};

/** The headers of a request as they go to its provider. */
export function outgoingHeaders(
  raw: RawHeaders,
  { host, codings, changedLength, isTrailing = false }: Changes,
): string[] {
  const named = connectionNames(raw);
  const sent: string[] = ["Host", host];
  for (const [name, value] of pairsOf(raw)) {
    const key = name.toLowerCase();
    if (NOT_SENT_ON.has(key) || named.has(key) || (key === "trailer" && !isTrailing)) continue;
    if (changedLength !== undefined && (key === "content-length" || key === "content-encoding")) continue;
    if (key === "accept-encoding" && codings !== undefined) sent.push(name, acceptable(value, codings));
    else sent.push(name, value);
  }
  if (changedLength !== undefined) sent.push("Content-Length", String(changedLength));
  return sent;
}

/** What says where a message ends or goes to; in a trailer it could only be misread. */
const FRAMING = new Set([...NOT_SENT_ON, "trailer", "content-length", "content-encoding"]);

/** The trailers of a request as they go to its provider. */
export function trailersOf(raw: RawHeaders): [name: string, value: string][] {
  return pairsOf(raw).filter(([name]) => !FRAMING.has(name.toLowerCase()));
}

/** The headers of an answer as they go to the client; without its length where something is taken out of it. */
export function returningHeaders(raw: RawHeaders, isChanged: boolean): string[] {
  const named = connectionNames(raw);
  return pairsOf(raw).flatMap(([name, value]) => {
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || named.has(key) || (isChanged && key === "content-length")) return [];
    return [name, value];
  });
}

/** The last value of a header, in lower case and without blanks; undefined if it isn't there. */
export function headerOf(raw: RawHeaders, wanted: string): string | undefined {
  return pairsOf(raw)
    .filter(([name]) => name.toLowerCase() === wanted)
    .at(-1)?.[1]
    .trim()
    .toLowerCase();
}

/** What of a wish can be read: codings that aren't known to the meter, `*` among them, are left out. */
function acceptable(wish: string, codings: readonly string[]): string {
  const kept = wish
    .split(",")
    .map((part) => part.trim())
    .filter((part) => codings.includes((part.split(";")[0] ?? "").trim().toLowerCase()));
  return kept.length === 0 ? "identity" : kept.join(", ");
}

function connectionNames(raw: RawHeaders): ReadonlySet<string> {
  const values = pairsOf(raw).filter(([name]) => name.toLowerCase() === "connection");
  return new Set(values.flatMap(([, value]) => value.split(",").map((one) => one.trim().toLowerCase())));
}

export function pairsOf(raw: RawHeaders): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
}

/** Names and values as they came, one byte a character. */
export function rawText(raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((one: Buffer | string) => (typeof one === "string" ? one : one.toString("latin1")));
}
