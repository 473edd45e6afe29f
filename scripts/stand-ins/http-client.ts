// Takes the place of @actions/http-client and its auth module in dist/: only core.getIDToken would use it.
const MESSAGE = "@actions/http-client is not part of this program: it asks by minipass-fetch and undici.";

/** Throws: this program asks for no OIDC token. */
export class HttpClient {
  constructor() {
    throw new Error(MESSAGE);
  }
}

/** Throws: this program asks for no OIDC token. */
export class BearerCredentialHandler {
  constructor() {
    throw new Error(MESSAGE);
  }
}
