declare module "minipass-fetch" {
  import type { Agent } from "node:http";

  /** Which agent carries a request to an address. */
  export type AgentFor = (url: URL) => Agent;

  /** As the global `fetch`, on `node:http`; the agent may be chosen. */
  export default function fetchWith(url: string, init: RequestInit & { readonly agent: AgentFor }): Promise<Response>;
}
