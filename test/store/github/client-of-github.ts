import { fetchesFor } from "../../../src/edges/machine/fetch.ts";
import { githubClient } from "../../../src/store/github/client.ts";

export const API = "https://api.github.com";
export const TOKEN = "ghs_writeSECRETwriteSECRET";

/** A client of GitHub's own addresses, which asks as the programs ask. */
export function clientOfGitHub() {
  return githubClient({
    ...{ token: TOKEN, apiUrl: API, graphqlUrl: `${API}/graphql` },
    fetch: fetchesFor({}).github,
  });
}
