import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { examineGitHub } from "../../src/commands/doctor/github.ts";
import type { PatientFacts, Ports } from "../../src/commands/operation/ports.ts";
import { loadContract } from "../support/github/contract.ts";

type Ruleset = {
  readonly name: string;
  readonly target: string;
  readonly enforcement: string;
  readonly conditions: object;
  readonly rules: readonly { readonly type: string }[];
  readonly bypass_actors?: readonly object[];
};

const contract = loadContract(new URL("../support/github/openapi.json", import.meta.url));

/** The bodies that a text says to post to GitHub, each with its path. */
function postedIn(text: string): readonly { readonly path: string; readonly body: unknown }[] {
  return [...text.matchAll(/gh api (\S+) --method POST --input - <<'JSON'\n(.*?)^JSON$/gms)].map(
    ([, path = "", body = ""]) => ({ path: `/${path}`, body: JSON.parse(body) as unknown }),
  );
}

const shown = ["README.md", "SECURITY.md", ...globSync("docs/**/*.md")].flatMap((page) =>
  postedIn(readFileSync(page, "utf8")).map((posted) => ({ page, ...posted })),
);
const [keeping, writing] = shown.filter(({ page }) => page === "docs/books.md").map(({ body }) => body as Ruleset);

describe("what the pages say to post to GitHub", () => {
  it.each(shown)("in $page to $path is as GitHub's description of it says", ({ path, body }) => {
    const found = contract.find("POST", path);
    expect(found?.operation).toMatch(/rulesets$/);
    expect(contract.requestFaults(found?.operation ?? "", new URLSearchParams(), body)).toEqual([]);
  });

  it.each([
    ["a rule that there isn't", { ...keeping, rules: [{ type: "no_force_pushes" }] }],
    ["a key that there isn't", { ...keeping, bypass: [] }],
    ["a bypass by nobody's kind", { ...writing, bypass_actors: [{ actor_id: 1, actor_type: "App" }] }],
    ["no enforcement", { name: "token-budget" }],
  ])("would be found out: %s", (_, body) => {
    const operation = "POST /repos/{owner}/{repo}/rulesets";
    expect(contract.requestFaults(operation, new URLSearchParams(), body)).not.toEqual([]);
  });
});

describe("the rulesets over the books' branch", () => {
  it("hold now, and for that branch alone", () => {
    for (const ruleset of [keeping, writing]) {
      expect(ruleset).toMatchObject({ target: "branch", enforcement: "active" });
      expect(ruleset?.conditions).toEqual({ ref_name: { include: ["refs/heads/token-budget"], exclude: [] } });
    }
  });

  it("let nobody delete or rewind it, whoever else may write", () => {
    expect(keeping?.rules).toEqual([{ type: "deletion" }, { type: "non_fast_forward" }]);
    expect(keeping).not.toHaveProperty("bypass_actors");
  });

  it("let one App write to it", () => {
    expect(writing?.rules).toEqual([{ type: "creation" }, { type: "update" }]);
    expect(writing?.bypass_actors).toEqual([
      { actor_id: expect.any(Number), actor_type: "Integration", bypass_mode: "always" },
    ]);
  });

  it("are what doctor says to add", async () => {
    const answers = {
      repository: async () => ({ isPrivate: true, isArchived: false, answeredAt: undefined }),
      mayWrite: async () => {},
      branch: async () => "open" as const,
      rules: async () => [],
    };
    const ports = { now: () => 0, store: { place: { description: "o/r@token-budget" } } } as unknown as Ports;
    const findings = await examineGitHub(answers as unknown as PatientFacts, "ghs_x", ports);
    expect(findings.flatMap(({ fix }) => postedIn(fix?.code ?? "")).map(({ body }) => body)).toEqual([keeping]);
  });
});
