import { createInterface } from "node:readline/promises";
import type { InputsOf } from "../../../inputs/commands/table.ts";
import { AGENTS, optionNamed, propertyOf } from "../../../inputs/options.ts";
import { showValue } from "../../../inputs/show-value.ts";
import { plainUsd } from "../../../values/money.ts";
import type { defaultAnswers } from "./answers.ts";

export type Talk = { readonly in: NodeJS.ReadStream; readonly out: NodeJS.WriteStream };

/** A question, and the option that answers it. */
type QuestionName = "agent" | "monthly-budget" | "run-cost" | "timezone" | "discord";
type Question = { readonly name: QuestionName; readonly text: string; readonly byDefault: string };

function questionsOf(defaults: ReturnType<typeof defaultAnswers>): readonly Question[] {
  return [
    { name: "agent", text: `Which agent runs? One of ${AGENTS.join(", ")}`, byDefault: AGENTS[0] },
    {
      name: "monthly-budget",
      text: "How many US dollars may be spent in a month?",
      byDefault: plainUsd(defaults.monthlyBudget),
    },
    { name: "run-cost", text: "How many US dollars does one run usually cost?", byDefault: plainUsd(defaults.runCost) },
    { name: "timezone", text: "Which time zone do the months follow?", byDefault: defaults.timezone },
    { name: "discord", text: "Send messages to a Discord channel? yes or no", byDefault: "no" },
  ];
}

/** Asks what no option answers, each question until the answer can be used. Undefined if the input ends. */
export async function askMissing(
  given: InputsOf<"init">,
  defaults: ReturnType<typeof defaultAnswers>,
  talk: Talk,
): Promise<InputsOf<"init"> | undefined> {
  const terminal = createInterface({ input: talk.in, output: talk.out });
  // Keeps lines that were typed ahead or pasted, which separate questions would lose.
  const lines = terminal[Symbol.asyncIterator]();
  try {
    const answers: Record<string, unknown> = { ...given };
    for (const question of questionsOf(defaults)) {
      const key = propertyOf(question.name);
      while (answers[key] === undefined) {
        terminal.setPrompt(`${question.text} [${question.byDefault}] `);
        terminal.prompt();
        const { value: line, done } = await lines.next();
        if (done === true) return undefined;
        answers[key] = understood(question, line);
        if (answers[key] !== undefined) continue;
        talk.out.write(`  ${showValue(line)} can't be used: write ${optionNamed(question.name).kind.wanted}.\n`);
      }
    }
    return answers as InputsOf<"init">;
  } finally {
    terminal.close();
  }
}

function understood({ name, byDefault }: Question, line: string): unknown {
  const text = line.trim() || byDefault;
  const word =
    name === "discord"
      ? text
          .toLowerCase()
          .replace(/^y(es)?$/, "true")
          .replace(/^no?$/, "false")
      : text;
  return optionNamed(name).kind.parse(word);
}
