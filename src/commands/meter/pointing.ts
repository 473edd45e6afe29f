import type { Note } from "../../books/draft.ts";
import { isForbiddenAddress } from "../../meter/addresses.ts";
import type { Word } from "../../meter/reading/route.ts";
import { isMeterHost } from "../../values/meter-host.ts";
import { opencodeBaseUrls, withMeterInOpencode } from "./opencode-config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a running meter is: the beginning of all of its addresses, "http://127.0.0.1:4711/<secret>". */
export type MeterAddress = { readonly origin: string };

/** A variable by which programs are told where a provider is. */
type BaseUrl = {
  readonly name: string;
  readonly word: Word;
  /** What follows the word where nothing else was set: some clients want the version in the base, others add it. */
  readonly path: string;
  /** It is only changed where it is set already: setting it would switch the program to another way of working. */
  readonly onlyIfSet?: true;
};

/** The variables of agents and SDKs. docs/meter.md says which program follows which. */
const BASE_URLS: readonly BaseUrl[] = [
  { name: "ANTHROPIC_BASE_URL", word: "anthropic", path: "" },
  { name: "ANTHROPIC_API_BASE", word: "anthropic", path: "" },
  { name: "OPENAI_BASE_URL", word: "openai", path: "/v1" },
  { name: "OPENAI_API_BASE", word: "openai", path: "/v1" },
  { name: "OPENROUTER_BASE_URL", word: "openrouter", path: "/v1" },
  { name: "OPENROUTER_API_BASE", word: "openrouter", path: "/v1" },
  { name: "GOOGLE_GEMINI_BASE_URL", word: "gemini", path: "" },
  { name: "CODE_ASSIST_ENDPOINT", word: "code-assist", path: "" },
  { name: "COPILOT_PROVIDER_BASE_URL", word: "copilot-provider", path: "", onlyIfSet: true },
];

/**
 * Behind a host that it doesn't know Claude Code turns these off and gets dearer; the hints say which part of it makes
 * a request.
 */
const CLAUDE_CODE = {
  ENABLE_TOOL_SEARCH: "true",
  CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING: "1",
  CLAUDE_CODE_GATEWAY_HINT_HEADERS: "1",
} as const;

/** The variable that has where an earlier meter of the job forwards to, as JSON. */
export const FORWARD_VARIABLE = "TOKEN_BUDGET_METER_FORWARD";
/** The variable that has the path of the meter's live file. */
export const FILE_VARIABLE = "TOKEN_BUDGET_METER_FILE";

/** The variable that has opencode's configuration as JSON. */
const OPENCODE = "OPENCODE_CONFIG_CONTENT";

const LOOPBACK = ["127.0.0.1", "localhost"] as const;

/** What the environment says about where requests go, before a meter is in between. */
export type Forwarding = {
  readonly forward: { readonly [word in Word]?: string };
  /** Addresses that the policy doesn't allow, and variables that contradict another one. */
  readonly refused: readonly { readonly name: string; readonly host: string }[];
  /** Addresses that no meter forwards to, and why. */
  readonly unusable: readonly { readonly name: string; readonly why: string }[];
  readonly notes: readonly Note[];
};

/** An address that a configuration names, "openai_base_url in Codex's config.toml". */
export type SetAddress = { readonly name: string; readonly word: Word; readonly address: string | undefined };

/**
 * The base addresses that are set already, in variables and in `configured`; the meter forwards to them as far as the
 * policy allows their hosts.
 */
export function forwardingOf(
  env: Environment,
  hosts: readonly string[],
  configured: readonly SetAddress[] = [],
): Forwarding {
  const before = addressesBefore(env);
  const forward: { [word in Word]?: string } = {};
  const refused: { name: string; host: string }[] = [];
  const unusable: { name: string; why: string }[] = [];
  const notes: Note[] = [];
  const named = BASE_URLS.map(({ name, word }) => ({ name, word, address: env[name] }));
  const opencode = opencodeBaseUrls(env[OPENCODE]).map((of) => ({ ...of, name: OPENCODE }));
  for (const { name, word, address: text } of [...named, ...opencode, ...configured]) {
    const set = plainAddress(text);
    const address = set !== undefined && isOfMeter(set) ? before[word] : set?.href;
    if (address === undefined) continue;
    const url = new URL(address);
    const why = whyUnusable(url);
    const isOwn = isProvidersOwn(url);
    // Only this word has no address that it goes to by itself.
    if (why === undefined && isOwn && word !== "copilot-provider") continue;
    const base = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
    if (why !== undefined) unusable.push({ name, why });
    else if (!isOwn && !isMeterHost(hosts, url)) refused.push({ name, host: hostOf(url) });
    else if (forward[word] === undefined) {
      forward[word] = base;
      if (url.search !== "") notes.push(withoutQuery(name));
    } else if (forward[word] !== base) notes.push(contradiction(name));
  }
  const bedrock = bedrockAddress(env);
  return { forward: bedrock === undefined ? forward : { ...forward, bedrock }, refused, unusable, notes };
}

/** The line of the policy file that lets the meter forward to a host. */
export function hostOf({ protocol, host }: URL): string {
  return protocol === "http:" ? `http://${host}` : host;
}

/** What later steps of the job, or a child process, get in their environment. */
export function pointedVariables(
  env: Environment,
  { origin }: MeterAddress,
  given: { readonly forward: Forwarding["forward"]; readonly liveFile: string },
): Record<string, string> {
  const { forward, liveFile } = given;
  const urls = BASE_URLS.filter(({ name, word, onlyIfSet }) =>
    onlyIfSet === true ? plainAddress(env[name]) !== undefined && forward[word] !== undefined : true,
  ).map(({ name, word, path }) => [name, `${origin}/${word}${pathFor(path, forward[word])}`] as const);
  const claude = Object.entries(CLAUDE_CODE).filter(([name]) => !env[name]);
  return {
    ...Object.fromEntries([...urls, ...claude]),
    ...bedrockVariables(env, origin),
    [OPENCODE]: withMeterInOpencode(env[OPENCODE], origin, forward),
    ...unproxied(env),
    [FILE_VARIABLE]: liveFile,
    [FORWARD_VARIABLE]: JSON.stringify(forward),
  };
}

/** The base address for clients that append "/responses" to it. */
export function responsesBase({ origin }: MeterAddress, forward: Forwarding["forward"]): string {
  return `${origin}/openai${pathFor("/v1", forward.openai)}`;
}

/** A base without a version was meant without one. */
export function pathFor(path: string, forwarded: string | undefined): string {
  return forwarded === undefined || forwarded.endsWith(path) ? path : "";
}

/** Only with a bearer token: the other way signs the host and the path of each request. */
function bedrockAddress(env: Environment): string | undefined {
  const region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"];
  const isKnown = Boolean(env["AWS_BEARER_TOKEN_BEDROCK"]) && /^[a-z0-9-]+$/.test(region ?? "");
  return isKnown ? `https://bedrock-runtime.${region}.amazonaws.com` : undefined;
}

function bedrockVariables(env: Environment, origin: string): Record<string, string> {
  if (bedrockAddress(env) === undefined) return {};
  const address = `${origin}/bedrock`;
  return { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: address, ANTHROPIC_BEDROCK_BASE_URL: address };
}

/** Proxies must not carry what goes to this machine. */
function unproxied(env: Environment): Record<string, string> {
  const names = (env["no_proxy"] || env["NO_PROXY"] || "").split(",").map((name) => name.trim());
  const all = [...new Set([...names.filter((name) => name !== ""), ...LOOPBACK])].join(",");
  return { NO_PROXY: all, no_proxy: all };
}

function addressesBefore(env: Environment): Partial<Record<Word, string>> {
  try {
    const found: unknown = JSON.parse(env[FORWARD_VARIABLE] ?? "");
    return typeof found === "object" && found !== null ? (found as Partial<Record<Word, string>>) : {};
  } catch {
    return {};
  }
}

function plainAddress(text: string | undefined): URL | undefined {
  const trimmed = text?.trim() ?? "";
  return URL.canParse(trimmed) && /^https?:/.test(trimmed) ? new URL(trimmed) : undefined;
}

/** An earlier meter of this job is there: its paths begin with a long random word and a provider's. */
function isOfMeter({ hostname, pathname }: URL): boolean {
  return hostname === "127.0.0.1" && /^\/[\w-]{20,}\/[a-z-]+(\/|$)/.test(pathname);
}

const PROVIDERS: ReadonlySet<string> = new Set([
  "api.anthropic.com",
  "api.openai.com",
  "generativelanguage.googleapis.com",
  "cloudcode-pa.googleapis.com",
  "openrouter.ai",
  "api.githubcopilot.com",
]);

/** A provider's own address is where the meter forwards to anyway. */
function isProvidersOwn({ protocol, host }: URL): boolean {
  return protocol === "https:" && PROVIDERS.has(host);
}

/** A password is never repeated. */
function whyUnusable({ username, password, hostname }: URL): string | undefined {
  if (username !== "" || password !== "")
    return "has a user name or a password in its address, which a meter doesn't pass on: give the key in the agent's own variable";
  return isForbiddenAddress(hostname)
    ? `leads to ${hostname}, an address of the machine's own link, where a meter never forwards to`
    : undefined;
}

function withoutQuery(name: string): Note {
  const text = `${name} has a query in its address: the meter forwards without it.`;
  return { level: "warning", text };
}

function contradiction(name: string): Note {
  const text = `${name} names another address than the other variable for the same provider: the meter forwards to that one.`;
  return { level: "warning", text };
}
