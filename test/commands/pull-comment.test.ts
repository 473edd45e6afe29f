import { describe, expect, it } from "vitest";
import { StoreFault } from "../../src/store/port.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { READ_AND_COMMIT, said, useCommandWorld } from "./command-world.ts";
import { BOT } from "./conversations.ts";

const world = useCommandWorld();

/** A run for pull request 12. */
function forPull(number = 12, head = "o/r") {
  const payload = {
    number,
    pull_request: { number, head: { repo: { full_name: head } }, base: { repo: { full_name: "o/r" } } },
  };
  return { event: { name: "pull_request", payload } };
}

const SONNET = { model: "claude-sonnet-4-5", "input-tokens": "2000", "output-tokens": "1500" };
const COMMENT = { comment: "true" };
const pulls = () => world.books().state.pulls;
const bodies = (pull = 12) => world.comments.on(pull).map(({ body }) => body);

describe("the comment on a pull request", () => {
  it("shows what the run cost by model, the pull request's total and its runs; without full nothing of the month", async () => {
    const job = world.job({ ...forPull(), run: { id: 77 } });
    await job.run("check", COMMENT);
    world.calls();
    const result = await job.run("record", { ...SONNET, ...COMMENT });
    expect(result.failure).toBeNull();
    expect(bodies()).toHaveLength(1);
    const [body = ""] = bodies();
    expect(body).toMatch(/^<!-- token-budget:[0-9a-f]{16} -->\n/);
    expect(body).toContain("has cost **&#36;0.0285** in 1 run.");
    expect(body).toContain("[<code>ai-pr</code>](https://github.com/o/r/actions/runs/77)");
    expect(body).toMatch(/<code>claude-sonnet-4-5<\/code> +\| +2,000 \| +1,500 \| +&#36;0.0285/);
    expect(body).not.toContain("left");
    expect(world.calls()).toEqual([...READ_AND_COMMIT, "commit"]);
    expect(world.comments.calls).toEqual(["login", "page", "create"]);
    expect(pulls()).toEqual({
      "o/r#12": { cost: 0.0285, executions: 1, at: expect.any(String), comment: world.comments.all[0]?.id },
    });
    expect(world.books().entries.at(-1)).toMatchObject({ pull: { of: "o/r#12" } });
    expect(world.commits().at(-1)).toBe("budget: 1 comment written (run 77)");
  });

  it("is edited by the next run, found by the id that the books remember", async () => {
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    world.comments.calls.splice(0);
    await world.run("record", { cost: "0.5", comment: "full" }, forPull());
    expect(world.comments.calls).toEqual(["login", "get", "update"]);
    const [body = "", ...others] = bodies();
    expect(others).toEqual([]);
    expect(body).toContain("has cost **&#36;1.50** in 2 runs.");
    expect(body).toContain("February 2026: **&#36;13.50 left** of &#36;15.00 (10.0% used)");
  });

  it("isn't written, and costs no request, unless it is asked for", async () => {
    const { notes } = await world.run("record", { cost: "1", comment: "false" }, forPull());
    expect(world.comments.calls).toEqual([]);
    expect(pulls()).toBeUndefined();
    expect(JSON.stringify([notes, world.books()])).not.toMatch(/"pulls?"|comment/);
  });

  it("is shown by the post part of guard, which counts a hold that expired before once", async () => {
    const job = world.job({ ...forPull(), inputs: { ...COMMENT, estimate: "2" } });
    await job.run("guard", { "hold-minutes": "10" });
    world.at("2026-02-14T13:00:00Z");
    await world.run("release", {}, {});
    expect(pulls()["o/r#12"]).toMatchObject({ cost: 2, executions: 1 });
    await job.post({ cost: "3" });
    expect(pulls()["o/r#12"]).toMatchObject({ cost: 3, executions: 1 });
    expect(bodies()).toEqual([expect.stringContaining("has cost **&#36;3.00** in 1 run.")]);
  });

  it("counts the whole of a run whose hold expired before a comment was wanted", async () => {
    const job = world.job(forPull());
    await job.run("check", { estimate: "2", "hold-minutes": "10" });
    world.at("2026-02-14T13:00:00Z");
    await job.run("record", { cost: "0.5", ...COMMENT });
    expect(pulls()["o/r#12"]).toMatchObject({ cost: 0.5, executions: 1 });
    expect(bodies()[0]).toContain("<code>ai-pr</code>](https://github.com/o/r/actions/runs/1), **&#36;0.5000**.");
  });

  it("also counts later runs of the pull request that ask for no comment; the next one that does shows them", async () => {
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    await world.run("record", { cost: "2" }, forPull());
    expect(bodies()[0]).toContain("1.00** in 1 run.");
    await world.run("record", { cost: "4", ...COMMENT }, forPull(13));
    expect(bodies()[0]).toContain("3.00** in 2 runs.");
    expect(bodies(13)[0]).toContain("4.00** in 1 run.");
  });
});

describe("which pull request it is", () => {
  const EVENTS: Readonly<Record<string, object>> = {
    pull_request_target: { pull_request: { number: 12 } },
    pull_request_review: forPull().event.payload,
    issue_comment: { issue: { number: 12, pull_request: {} } },
  };

  it.each(Object.entries(EVENTS))("is the event's: %s", async (name, payload) => {
    await world.run("record", { cost: "1", ...COMMENT }, { event: { name, payload: { ...payload } } });
    expect(bodies()).toHaveLength(1);
  });

  it.each(["12", "#12", "https://github.com/O/R/pull/12"])("is otherwise the one that pr names: %s", async (pr) => {
    await world.run("record", { cost: "1", pr, ...COMMENT });
    expect(bodies()).toHaveLength(1);
  });

  it.each([{}, { pr: "https://github.com/o/other/pull/12" }, { pr: "https://evil.example/o/r/pull/12" }])(
    "is none for %o, and a notice says so",
    async (inputs) => {
      const result = await world.run("record", { cost: "1", ...inputs, ...COMMENT });
      expect(said(result, "notice")).toContain("belongs to no pull request");
      expect(world.comments.calls).toEqual([]);
      expect(pulls()).toBeUndefined();
    },
  );

  it("is none for a fork's or for Dependabot's: nothing is written", async () => {
    const result = await world.run("record", { cost: "1", ...COMMENT }, forPull(12, "stranger/r"));
    await world.run("record", { cost: "1", ...COMMENT }, { ...forPull(), run: { actor: "dependabot[bot]" } });
    expect(world.comments.calls).toEqual([]);
    expect(pulls()).toBeUndefined();
    expect(said(result, "notice")).not.toContain("pull request");
  });
});

describe("whose comment it is", () => {
  it("is found again among 200 others when the books have forgotten its id", async () => {
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    const [own] = world.comments.all.splice(0);
    for (let index = 0; index < 150; index++) world.comments.add(12, `Looks good ${index}`, "octocat");
    world.comments.all.push(own ?? world.comments.add(12, ""));
    for (let index = 0; index < 50; index++) world.comments.add(12, `Still good ${index}`, BOT);
    const state = JSON.parse(world.store.state ?? "");
    state.pulls["o/r#12"].comment = undefined;
    world.store.put({ state: JSON.stringify(state) });
    world.comments.calls.splice(0);

    await world.run("record", { cost: "2", ...COMMENT }, forPull());
    expect(world.comments.calls).toEqual(["login", "page", "page", "update"]);
    expect(world.comments.all).toHaveLength(201);
    expect(world.comments.all.find(({ id }) => id === own?.id)?.body).toContain("3.00** in 2 runs.");
  });

  it("is nobody else's, even if it bears the mark, or if the books were edited to name it", async () => {
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    const [own] = world.comments.all.splice(0);
    const forged = world.comments.add(12, own?.body ?? "", "mallory");
    const quoted = world.comments.add(12, `> ${own?.body}`, BOT);
    const state = JSON.parse(world.store.state ?? "");
    state.pulls["o/r#12"].comment = forged.id;
    world.store.put({ state: JSON.stringify(state) });

    await world.run("record", { cost: "2", ...COMMENT }, forPull());
    expect(world.comments.all.slice(0, 2)).toEqual([forged, quoted]);
    expect(bodies()[2]).toContain("3.00** in 2 runs.");
    expect(world.books().state.pulls["o/r#12"].comment).toBe(world.comments.all[2]?.id);
  });

  it("is written again after somebody deleted it", async () => {
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    world.comments.all.splice(0);
    await world.run("record", { cost: "2", ...COMMENT }, forPull());
    expect(bodies()).toEqual([expect.stringContaining("3.00** in 2 runs.")]);
  });
});

describe("runs at the same time", () => {
  it("end in one comment with the total of all three, although each is the first", async () => {
    const others = [2, 4].map((cost) => () => world.run("record", { cost: String(cost), ...COMMENT }, forPull()));
    // The others book while the first one, which holds the lease, is about to create the comment.
    world.comments.before = async (call) => {
      if (call !== "create") return;
      world.comments.before = () => {};
      await Promise.all(others.map((other) => other()));
    };
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    expect(bodies()).toEqual([expect.stringContaining("has cost **&#36;7.00** in 3 runs.")]);
    expect(world.comments.calls.filter((call) => call === "create")).toHaveLength(1);
    expect(pulls()["o/r#12"]).toEqual(expect.not.objectContaining({ due: expect.anything() }));
  });

  it("that start together on no books end in one comment, too", async () => {
    await Promise.all([1, 2, 4].map((cost) => world.run("record", { cost: String(cost), ...COMMENT }, forPull())));
    expect(bodies()).toEqual([expect.stringContaining("has cost **&#36;7.00** in 3 runs.")]);
    expect(pulls()["o/r#12"]).toEqual({ cost: 7, executions: 3, at: expect.any(String), comment: expect.any(Number) });
  });

  it("leave what a dead run leased to a run ten minutes later, on another pull request as well", async () => {
    world.comments.before = () => {
      throw new Error("the machine died");
    };
    await expect(world.run("record", { cost: "1", ...COMMENT }, forPull())).rejects.toThrow("died");
    world.comments.before = () => {};
    await world.run("record", { cost: "2", ...COMMENT }, forPull(13));
    expect(bodies()).toEqual([]);
    world.at("2026-02-14T12:11:00Z");
    await world.run("record", { cost: "2", ...COMMENT }, forPull(13));
    expect(bodies()).toEqual([expect.stringContaining("1.00** in 1 run.")]);
  });
});

describe("a comment that can't be written", () => {
  it("for lack of pull-requests: write is a notice that says so, and no failure", async () => {
    world.comments.before = (call) => {
      const text = "Add this line to the permissions of the workflow's job:\n  pull-requests: write";
      if (call === "create") throw new BudgetError("missing-permission", text);
    };
    const result = await world.run("record", { cost: "1", ...COMMENT }, forPull());
    expect(result.failure).toBeNull();
    expect(result.outputs).toMatchObject({ cost: "1" });
    expect(said(result, "notice")).toContain("pull-requests: write");
    expect(said(result)).not.toContain("omment");
    world.comments.before = () => {};
    world.at("2026-02-14T12:11:00Z");
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    expect(bodies()).toEqual([expect.stringContaining("2.00** in 2 runs.")]);
  });

  it("is given up where there is no such pull request, or where the conversation is locked", async () => {
    world.comments.missing.add(99);
    const result = await world.run("record", { cost: "1", pr: "99", ...COMMENT });
    expect(said(result, "notice")).toContain("no pull request o/r#99");
    world.comments.before = (call) => {
      if (call === "create") throw new BudgetError("not-allowed", "The conversation is locked.");
    };
    expect(said(await world.run("record", { cost: "1", ...COMMENT }, forPull()), "notice")).toContain("locked");
    expect(Object.values(pulls()).map((pull) => Object.keys(pull as object))).toEqual([
      ["cost", "executions", "at"],
      ["cost", "executions", "at"],
    ]);
  });

  it("is looked for after an answer that never came, before it is created again", async () => {
    const mark = await markOf();
    world.comments.before = (call) => {
      if (call !== "create") return;
      world.comments.before = () => {};
      world.comments.add(12, mark);
      throw new StoreFault("the connection was lost");
    };
    await world.run("record", { cost: "1", ...COMMENT }, forPull());
    expect(bodies()).toEqual([expect.stringContaining("1.00** in 1 run.")]);
  });

  it("waits for a later run when GitHub asks for a long pause", async () => {
    world.comments.before = (call) => {
      if (call === "create") throw new StoreFault("GitHub's rate limit was reached", { waitMs: 60_000 });
    };
    const result = await world.run("record", { cost: "1", ...COMMENT }, forPull());
    expect(said(result, "notice")).toContain("rate limit was reached");
    expect(world.comments.calls).toEqual(["login", "page", "create"]);
    expect(pulls()["o/r#12"].due).toBeDefined();
  });
});

describe("hostile names", () => {
  it.each([
    "x</code><img src=x onerror=alert(1)>",
    "@octocat @o/team",
    "fixes #1, closes o/r#2 GH-3",
    "[a](https://evil.example) http://evil.example www.evil.example",
    "a | **b** | `c`",
    "--> <!-- token-budget:0 -->",
  ])("of models, profiles and budgets mention, link, close and format nothing: %s", async (text) => {
    const tokens = { "input-tokens": "1", "output-tokens": "1" };
    await world.run("record", { model: text, ...tokens, cost: "1", profile: text, name: text, ...COMMENT }, forPull());
    const [, ...lines] = (bodies()[0] ?? "").split("\n");
    // Entities are shown as they are, and never parsed.
    const parsed = lines.join("\n").replace(/&#\d+;/g, "\u2588");
    expect(parsed).not.toMatch(/<(?!\/?(code|sub)>)|-->|@|#\d|GH-\d|www\.|https?:\/\/(?!github\.com\/)|\*\*b|`/);
    expect(lines.filter((line) => line.startsWith("|")).map((line) => line.split("|").length)).toEqual([6, 6, 6]);
  });
});

/** The mark of these books. */
async function markOf(): Promise<string> {
  await world.run("record", { cost: "1", ...COMMENT }, forPull(50));
  const [body = ""] = bodies(50);
  return body.split("\n")[0] ?? "";
}
