import nock from "nock";
import { afterAll, afterEach, beforeAll } from "vitest";

/** What a request may be answered with. */
export type Body = nock.Body;

/**
 * Serves the requests of a test file by what its tests say, and lets none out of the process. The module is the process's:
 * files that come after this one find the network as it was.
 */
export function useSingleRequests(): typeof nock {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
  return nock;
}
