import { describe, expect, it } from "vitest";
import { namedServer, runUrlOf } from "../../src/values/run-link.ts";

const RUN = { repository: "o/r", run_id: 7 };
const GHE = "https://ghe.example:8443";

describe("a run's page", () => {
  it.each([
    ["the reader's own run", RUN, { runUrl: `${GHE}/x/y/actions/runs/9` }, GHE],
    ["the reader's GitHub", RUN, { server: GHE }, GHE],
    ["the run, for a reader that knows none", { ...RUN, server: GHE }, {}, GHE],
    [
      "the reader, whatever a hold in a forged state says",
      { ...RUN, server: "https://evil.example" },
      { server: GHE },
      GHE,
    ],
    ["github.com otherwise", RUN, {}, "https://github.com"],
    ["github.com, where the server is no address", { ...RUN, server: "https://a)b" }, {}, "https://github.com"],
  ])("is on the server of %s", (_, run, from, server) => {
    expect(runUrlOf(run, from)).toBe(`${server}/o/r/actions/runs/7`);
  });

  it("isn't there for a run made at a terminal", () => {
    expect(runUrlOf({}, { server: GHE })).toBeUndefined();
  });
});

it.each([
  ["https://github.com", undefined],
  ["https://ghe.example/", "https://ghe.example"],
])("a run on %s names the server %s", (url, server) => {
  expect(namedServer(url)).toBe(server);
});
