import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { emptyFolder } from "../support/runner/action.ts";
import { CANCEL_LINE, type RunOptions, type StandIn } from "../support/workflow/run-options.ts";

/** How the agent's step ends. */
export type Way = "success" | "failure" | "cancelled";
export type Agent = (way: Way, run: number) => Pick<RunOptions, "standIns" | "programs">;

const FIXTURES = fileURLToPath(new URL("../fixtures/usage/", import.meta.url));

/** What a tool left in one of the fixtures, with a session of this run's own. */
const left = (fixture: string, run: number): string =>
  readFileSync(join(FIXTURES, fixture), "utf8").replace(/[0-9a-f]{4}(?=-[0-9a-f]{12}")/g, String(1000 + run));

function leave(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A stand-in that works, then ends in the given way. */
const agent =
  (way: Way, work: (step: Parameters<StandIn>[0]) => void): StandIn =>
  (step) => {
    work(step);
    if (way === "cancelled") step.cancel();
    if (way === "failure") throw new Error("The agent gave up");
  };

/** The end of a bash script that stands in for a program. */
const END: Readonly<Record<Way, string>> = {
  success: "exit 0",
  failure: "exit 1",
  cancelled: `echo ${CANCEL_LINE} >&2; sleep 60`,
};

const checkout: StandIn = () => {};

/** Writes its session's messages when it ends; a cancelled one has written those it had. */
export const claudeCode: Agent = (way, run) => ({
  standIns: {
    "actions/checkout": checkout,
    "anthropics/claude-code-action": agent(way, ({ temp, setOutput }) => {
      const fixture = way === "cancelled" ? "interrupted-no-result.ndjson" : "execution-file.json";
      const file = join(temp, "claude-execution-output.json");
      leave(file, left(`claude-code/${fixture}`, run));
      setOutput("execution_file", file);
    }),
  },
});

/** Writes its session as it goes, in its own folder. */
export const codex: Agent = (way, run) => ({
  standIns: {
    "actions/checkout": checkout,
    "openai/codex-action": agent(way, ({ home, setOutput }) => {
      const fixture = way === "cancelled" ? "rollout-aborted.jsonl" : "rollout-fork.jsonl";
      leave(join(home, ".codex/sessions/2026/02/14/rollout-1.jsonl"), left(`codex/${fixture}`, run));
      setOutput("final-message", "Looks good.");
    }),
  },
});

/** Keeps what the CLI printed, once it has ended; a cancelled one keeps nothing. */
export const gemini: Agent = (way, run) => ({
  standIns: {
    "actions/checkout": checkout,
    "google-github-actions/run-gemini-cli": agent(way, ({ workspace, setOutput }) => {
      if (way !== "cancelled")
        leave(join(workspace, "gemini-artifacts/stdout.log"), left("gemini-cli/stdout.log", run));
      setOutput("summary", "It is about src/main.ts.");
    }),
  },
});

export const opencode: Agent = (way) => ({
  standIns: { "actions/checkout": checkout },
  programs: {
    npm: "exit 0",
    opencode: `cat '${FIXTURES}opencode/${way === "cancelled" ? "interrupted" : "run"}.jsonl'\n${END[way]}`,
  },
});

/** The provider's answer, to whoever asks it over `fetch`; one that is overloaded answers without usage. */
export const provider: Agent = (way) => {
  const answer = join(emptyFolder("provider"), "answer.mjs");
  const body = JSON.stringify(readFileSync(join(FIXTURES, "anthropic/body.json"), "utf8"));
  const status = way === "failure" ? 529 : 200;
  leave(answer, `globalThis.fetch = async () => new Response(${body}, { status: ${status} });`);
  const node = `exec '${process.execPath}' --import '${answer}' "$@"`;
  return { programs: { node: way === "cancelled" ? END.cancelled : node } };
};

/** Artifacts, kept between the jobs of a run. A path is a file or a folder; a folder's files stand at the top. */
function artifacts(): NonNullable<RunOptions["standIns"]> {
  const kept = emptyFolder("artifacts");
  return {
    "actions/upload-artifact": ({ inputs, workspace }) => {
      const [path, into] = [resolve(workspace, inputs["path"] ?? ""), join(kept, inputs["name"] ?? "")];
      if (!existsSync(path)) {
        if (inputs["if-no-files-found"] === "ignore") return;
        throw new Error("No files were found");
      }
      cpSync(path, statSync(path).isDirectory() ? into : join(into, basename(path)), { recursive: true });
    },
    "actions/download-artifact": ({ inputs, workspace }) => {
      const from = join(kept, inputs["name"] ?? "");
      if (!existsSync(from)) throw new Error("Artifact not found");
      cpSync(from, resolve(workspace, inputs["path"] ?? ""), { recursive: true });
    },
  };
}

/** Claude Code Action in a job that books nothing: its file goes to another job as an artifact. */
export const claudeCodeApart: Agent = (way, run) => ({
  standIns: { ...claudeCode(way, run).standIns, ...artifacts() },
});

/** The engine behind the firewall, which counts its calls. */
export const agentic: Agent = (way) => {
  return {
    programs: {
      "gh-aw-engine": [
        "mkdir -p firewall/api-proxy-logs",
        `cp '${FIXTURES}gh-aw/token-usage.jsonl' firewall/api-proxy-logs/`,
        END[way],
      ].join("\n"),
    },
    standIns: artifacts(),
  };
};
