declare module "minipass-fetch" {
  import type { Agent } from "node:http";

  /** Which agent carries a request to a URL. */
  export type AgentFor = (url: URL) => Agent;

  /** Like the global `fetch`, on `node:http`, with a choice of agent. */
  export default function fetchWith(url: string, init: RequestInit & { readonly agent: AgentFor }): Promise<Response>;
}
