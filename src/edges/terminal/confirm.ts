import { createInterface } from "node:readline/promises";

type Talk = { readonly in: NodeJS.ReadStream; readonly err: NodeJS.WriteStream };

/** Asks a question and returns whether the answer is yes; an empty answer and the end of the input are a no. */
export async function confirmed(question: string, talk: Talk): Promise<boolean> {
  const terminal = createInterface({ input: talk.in, output: talk.err });
  try {
    terminal.setPrompt(`${question} [y/N] `);
    terminal.prompt();
    const { value: line } = await terminal[Symbol.asyncIterator]().next();
    return /^y(es)?$/i.test((line ?? "").trim());
  } finally {
    terminal.close();
  }
}
