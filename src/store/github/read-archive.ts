import { StoreFault } from "../port.ts";
import { headerOf, type Reply } from "./reply.ts";

/** What came of asking for an archive. */
export type Archived =
  | { readonly kind: "refused"; readonly reply: Reply }
  | { readonly kind: "arriving"; readonly bytes: AsyncIterable<Uint8Array> }
  | { readonly kind: "unreachable" };

type Downloading = {
  readonly apiUrl: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly mask?: ((secret: string) => void) | undefined;
};

/**
 * The archive that GitHub's reply redirects to. The address is a secret: it holds a token of a private repository. The
 * other host doesn't get the token of the API, which it doesn't need.
 */
export async function readArchive(reply: Reply, to: Downloading): Promise<Archived> {
  if (reply.status !== 302) return { kind: "refused", reply };
  const address = headerOf(reply, "location") ?? "";
  to.mask?.(address);
  for (const secret of secretsIn(address)) to.mask?.(secret);
  if (!isSafe(address, to.apiUrl)) return { kind: "unreachable" };
  const stop = new AbortController();
  const waiting = setTimeout(() => stop.abort(), to.timeoutMs);
  try {
    const { status, body } = await to.fetch(address, {
      headers: { "user-agent": "token-budget" },
      redirect: "error",
      signal: stop.signal,
    });
    if (status !== 200 || body === null) {
      clearTimeout(waiting);
      stop.abort();
      return { kind: "unreachable" };
    }
    return { kind: "arriving", bytes: inTime(body as unknown as AsyncIterable<Uint8Array>, { waiting, stop }) };
  } catch {
    // Its errors name the address.
    clearTimeout(waiting);
    return { kind: "unreachable" };
  }
}

/** An archive as it arrives; StoreFault if it breaks off, or if nothing arrives for as long as a request may take. */
async function* inTime(
  body: AsyncIterable<Uint8Array>,
  { waiting, stop }: { readonly waiting: NodeJS.Timeout; readonly stop: AbortController },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      waiting.refresh();
      yield chunk;
    }
  } catch {
    throw new StoreFault("The archive of the branch broke off");
  } finally {
    clearTimeout(waiting);
    stop.abort();
  }
}

function secretsIn(address: string): string[] {
  if (!URL.canParse(address)) return [];
  return [...new URL(address).searchParams.values()].filter((value) => value !== "");
}

/** Never from https to http. */
function isSafe(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && apiUrl.startsWith("http:"));
}
