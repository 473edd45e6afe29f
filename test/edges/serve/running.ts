import { afterEach } from "vitest";
import { type Running, type ServerParts, startServer } from "../../../src/edges/serve/server.ts";
import { serveSettings } from "../../../src/edges/serve/settings.ts";
import type { InputsOf } from "../../../src/inputs/commands/table.ts";
import type { Store } from "../../../src/store/port.ts";
import { emptyFolder } from "../../support/runner/action.ts";
import { portsOver } from "./serve-ports.ts";

export const SERVE_TOKEN = "0123456789abcdef0123456789abcdef";

export type ServeOptions = {
  readonly inputs?: Partial<InputsOf<"serve">>;
  readonly env?: Readonly<Record<string, string>>;
  readonly parts?: Partial<ServerParts>;
  /** How long what was read is fresh; no time at all if left out. */
  readonly freshMs?: number;
};

/** A server of the test's, and what it has said at its terminal. */
export type Server = Running & {
  readonly said: string[];
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
};

/** Servers over a store on free ports; they are stopped after each test. */
export function useServers() {
  const running: Running[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ stop }) => stop()));
  });
  return async (store: Store | undefined, { inputs = {}, env = {}, parts, freshMs = 0 }: ServeOptions = {}) => {
    const given: InputsOf<"serve"> = { command: "serve", port: 0, ...inputs };
    const said: string[] = [];
    const server = await startServer({
      settings: { ...serveSettings(given, env), freshMs },
      ports: async (progress) => ({ ...(await portsOver(store as Store)), progress }),
      people: "names",
      here: { env, folder: emptyFolder("folder"), inputs: given, png: async () => new Uint8Array() },
      say: (text) => said.push(text),
      ...parts,
    });
    running.push(server);
    const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
    return { ...server, said, get } satisfies Server;
  };
}
