import * as z from "zod/mini";
import { StoreFault } from "../port.ts";
import { decodeReply, textOf } from "./books.ts";
import { ask, BATCH_FILES, type LedgerAt } from "./ledger.ts";
import { blobEntry } from "./query.ts";

const besideAnswer = z.object({
  data: z.object({ repository: z.object({ object: z.record(z.string(), blobEntry) }) }),
});

/** The texts of files at one commit, in the order of their paths; null for what isn't there. */
export async function filesAt(at: LedgerAt, paths: readonly string[]): Promise<readonly (string | null)[]> {
  const texts: (string | null)[] = [];
  for (let index = 0; index < paths.length; index += BATCH_FILES) {
    texts.push(...(await readFiles(at, paths.slice(index, index + BATCH_FILES))));
  }
  return texts;
}

async function readFiles(at: LedgerAt, paths: readonly string[]): Promise<readonly (string | null)[]> {
  const variables = paths.map((_, index) => `, $p${index}: String!`).join("");
  const fields = paths.map((_, index) => `f${index}: file(path: $p${index}) { ...Content }`);
  const query = `query TokenBudgetBeside($owner: String!, $name: String!, $head: GitObjectID!${variables}) {
    repository(owner: $owner, name: $name) { object(oid: $head) { ... on Commit { ${fields.join("\n")} } } }
  }
  fragment Content on TreeEntry { object { ... on Blob { text isTruncated byteSize } } }`;
  const named = Object.fromEntries(paths.map((path, index) => [`p${index}`, path]));
  const { object } = decodeReply(besideAnswer, await ask(at, query, { head: at.head, ...named })).data.repository;
  return paths.map((path, index) => {
    const entry = object[`f${index}`];
    // Only null means that there is no such file.
    if (entry === undefined) throw new StoreFault("GitHub's answer leaves out a file");
    return textOf(entry, path, at.place);
  });
}
