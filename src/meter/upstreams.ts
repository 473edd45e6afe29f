import { BudgetError } from "../values/errors.ts";
import { isForbiddenAddress } from "./addresses.ts";
import { WORDS, type Word } from "./reading/route.ts";
import type { MeterSetup } from "./setup.ts";

/** Where the requests of a word go: "https://openrouter.ai" and "/api". */
export type Upstream = {
  readonly origin: string;
  readonly host: string;
  /** What every path there begins with; empty or without a slash at its end. */
  readonly base: string;
  /** It is a provider's own address. */
  readonly isKnown: boolean;
  /** It is known to tell the usage of a stream of Chat Completions if it is asked for it. */
  readonly tellsUsage: boolean;
};

/** The providers' own addresses; the others depend on an account or a region and have to be given. */
const OWN: { readonly [word in Word]?: string } = {
  anthropic: "https://api.anthropic.com",
  openai: "https://api.openai.com",
  chatgpt: "https://chatgpt.com/backend-api/codex",
  gemini: "https://generativelanguage.googleapis.com",
  "code-assist": "https://cloudcode-pa.googleapis.com",
  openrouter: "https://openrouter.ai/api",
  copilot: "https://api.githubcopilot.com",
};

/** Hosts of providers whose first part is a region or an account. */
const OWN_HOSTS = /^(?:bedrock-runtime\.[a-z0-9-]+\.amazonaws\.com|api\.[a-z0-9-]+\.githubcopilot\.com)$/;

/** OpenAI's own hosts, those of its regions too, and OpenRouter's. */
const TELLING_HOSTS = /^(?:(?:[a-z]{2}\.)?api\.openai\.com|openrouter\.ai)$/;

export type Upstreams = ReadonlyMap<Word, Upstream>;

/**
 * Where each word's requests go. Throws a BudgetError ("bad-input") for an address that isn't one, that nobody allowed,
 * or that the meter never forwards to.
 */
export function upstreamsOf({ forward, hosts }: Pick<MeterSetup, "forward" | "hosts">): Upstreams {
  const upstreams = new Map<Word, Upstream>();
  for (const word of WORDS) {
    const own = OWN[word];
    const given = forward[word];
    if (given !== undefined) upstreams.set(word, upstreamFrom(given, hosts));
    else if (own !== undefined) upstreams.set(word, upstreamFrom(own, hosts));
  }
  return upstreams;
}

function upstreamFrom(address: string, hosts: readonly string[]): Upstream {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // An address may hold a password: it is not repeated.
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new BudgetError("bad-input", "A base address that the meter forwards to is not an http or https address.");
  if (url.username !== "" || url.password !== "")
    throw new BudgetError("bad-input", "A base address that the meter forwards to has a user name or a password.");
  const isKnown = isOwn(url);
  if (!isKnown && !hosts.includes(url.host) && !hosts.includes(url.hostname))
    throw new BudgetError(
      "bad-input",
      `The meter may not forward to ${url.host}: add it to meter-hosts in the policy file.`,
    );
  if (isForbiddenAddress(url.hostname))
    throw new BudgetError(
      "bad-input",
      `The meter never forwards to ${url.host}, an address of the machine's own link.`,
    );
  const tellsUsage = url.protocol === "https:" && TELLING_HOSTS.test(url.host);
  return { origin: url.origin, host: url.host, base: url.pathname.replace(/\/+$/, ""), isKnown, tellsUsage };
}

function isOwn({ protocol, host, origin }: URL): boolean {
  if (protocol !== "https:") return false;
  return OWN_HOSTS.test(host) || Object.values(OWN).some((own) => new URL(own).origin === origin);
}

/**
 * The word a request goes by: a login of ChatGPT has its own address, whatever word its client was pointed at.
 * `isChatGptLogin` is whether it names such an account.
 */
export function wordOf(word: Word, isChatGptLogin: boolean): Word {
  return word === "openai" && isChatGptLogin ? "chatgpt" : word;
}

/**
 * The path of a request at its upstream. Clients disagree about which of the two the version belongs to, the base
 * address or the path, so a beginning that both have is there once.
 */
export function pathAt({ base, isKnown }: Upstream, word: Word, path: string): string {
  // Codex appends to the address of its login what it appends to "…/v1" otherwise.
  const own = word === "chatgpt" && isKnown ? path.replace(/^\/v1(?=\/)/, "") : path;
  const last = base.slice(base.lastIndexOf("/"));
  const isTwice = last !== "" && (own === last || own.startsWith(`${last}/`) || own.startsWith(`${last}?`));
  return isTwice ? base + own.slice(last.length) || "/" : base + own;
}
