import * as z from "zod/mini";
import type { LedgerPart } from "../../books/entry.ts";
import type { LedgerHour } from "../../values/month.ts";
import {
  compareLedgerNames,
  isFileWithin,
  isMonthWithin,
  type LedgerFile,
  ledgerNameOf,
  partOf,
} from "../files/paths.ts";
import type { Span } from "../port.ts";
import { askedOf, decodeReply, type GitHubPlace, textOf } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { blobEntry, blobObject } from "./query.ts";
import { throwRefusal } from "./refusals.ts";

const BATCH_BYTES = 4_000_000;
export const BATCH_FILES = 50;
const BATCH_MONTHS = 12;

const entries = z.array(z.object({ name: z.string(), type: z.string(), oid: z.string(), size: z.number() }));
const tree = z.nullish(z.object({ entries: z.nullish(entries) }));
const folderAnswer = z.object({
  data: z.object({
    repository: z.object({ object: z.nullable(z.object({ file: z.nullable(z.object({ object: tree })) })) }),
  }),
});
const treesAnswer = z.object({ data: z.object({ repository: z.record(z.string(), tree) }) });
const blobsAnswer = z.object({ data: z.object({ repository: z.record(z.string(), z.nullish(blobObject)) }) });
const partsAnswer = z.object({
  data: z.object({ repository: z.object({ object: z.object({ part: blobEntry }) }) }),
});

export type Blob = { readonly name: string; readonly oid: string; readonly size: number };
/** One commit of the books, asked with one client. */
export type LedgerAt = {
  readonly client: GitHubClient;
  readonly place: GitHubPlace;
  readonly head: string;
  readonly now: number;
};

/** The ledger files of a span at one commit, in order; a batch is asked for when it is needed. */
export async function* ledgerAt(at: LedgerAt, span: Span): AsyncGenerator<LedgerPart> {
  const blobs = (await blobsOf(at, span)).toSorted((a, b) => compareLedgerNames(a.name, b.name));
  for (const batch of batchesOf(blobs)) yield* await readBatch(at, batch);
}

/** The parts of an hour's ledger from the third on; they follow each other without a gap. */
export async function laterParts(at: LedgerAt, hour: LedgerHour): Promise<readonly LedgerFile[]> {
  const files: LedgerFile[] = [];
  for (let part = 3; ; part += 1) {
    const path = `${at.place.ledgerFolder}/${ledgerNameOf(hour, part)}`;
    const query = `query TokenBudgetPart($owner: String!, $name: String!, $head: GitObjectID!, $path: String!) {
      repository(owner: $owner, name: $name) { object(oid: $head) { ... on Commit {
        part: file(path: $path) { object { ... on Blob { text isTruncated byteSize } } }
      } } }
    }`;
    const reply = await ask(at, query, { head: at.head, path });
    const { object } = decodeReply(partsAnswer, reply).data.repository;
    const text = textOf(object.part, path, at.place);
    if (text === null) return files;
    files.push({ path, text });
  }
}

async function blobsOf(at: LedgerAt, span: Span): Promise<readonly Blob[]> {
  const blobs = await blobsIn(at, at.place.ledgerFolder, (month) => isMonthWithin(month, span));
  return blobs.filter(({ name }) => isFileWithin(name, span));
}

/** The files of a folder of months, "2026-02/14T10.ndjson", at one commit. */
export async function blobsIn(
  at: LedgerAt,
  path: string,
  isWanted: (month: string) => boolean,
): Promise<readonly Blob[]> {
  const query = `query TokenBudgetMonths($owner: String!, $name: String!, $head: GitObjectID!, $path: String!) {
    repository(owner: $owner, name: $name) { object(oid: $head) { ... on Commit {
      file(path: $path) { object { ... on Tree { entries { name type oid size } } } }
    } } }
  }`;
  const reply = await ask(at, query, { head: at.head, path });
  const folder = decodeReply(folderAnswer, reply).data.repository.object?.file?.object;
  const months = (folder?.entries ?? []).filter(({ name, type }) => type === "tree" && isWanted(name));
  const blobs: Blob[] = [];
  for (let index = 0; index < months.length; index += BATCH_MONTHS) {
    blobs.push(...(await filesOf(at, months.slice(index, index + BATCH_MONTHS))));
  }
  return blobs;
}

async function filesOf(at: LedgerAt, months: readonly { name: string; oid: string }[]): Promise<readonly Blob[]> {
  const fields = months.map(({ oid }, index) => `m${index}: object(oid: "${oid}") { ...Files }`);
  const query = `query TokenBudgetFiles($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) { ${fields.join("\n")} }
  }
  fragment Files on GitObject { ... on Tree { entries { name type oid size } } }`;
  const { repository } = decodeReply(treesAnswer, await ask(at, query)).data;
  return months.flatMap((month, index) =>
    (repository[`m${index}`]?.entries ?? []).map(({ name, oid, size }) => ({
      name: `${month.name}/${name}`,
      oid,
      size,
    })),
  );
}

async function readBatch(at: LedgerAt, blobs: readonly Blob[]): Promise<readonly LedgerPart[]> {
  const fields = blobs.map(({ oid }, index) => `b${index}: object(oid: "${oid}") { ...Content }`);
  const query = `query TokenBudgetLedger($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) { ${fields.join("\n")} }
  }
  fragment Content on GitObject { ... on Blob { text isTruncated byteSize } }`;
  const { repository } = decodeReply(blobsAnswer, await ask(at, query)).data;
  return blobs.map(({ name }, index) => {
    const path = `${at.place.ledgerFolder}/${name}`;
    const object = repository[`b${index}`] ?? null;
    return partOf(at.place.ledgerFolder, { name, text: textOf({ object }, path, at.place) ?? "" });
  });
}

function* batchesOf(blobs: readonly Blob[]): Generator<readonly Blob[]> {
  let batch: Blob[] = [];
  let bytes = 0;
  for (const blob of blobs) {
    if (batch.length > 0 && (bytes + blob.size > BATCH_BYTES || batch.length === BATCH_FILES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(blob);
    bytes += blob.size;
  }
  if (batch.length > 0) yield batch;
}

/** Asks one query about the repository. Throws for a refusal. */
export async function ask({ client, place, now }: LedgerAt, query: string, variables: object = {}) {
  const reply = await client.graphql(query, { owner: place.owner, name: place.repo, ...variables });
  throwRefusal(reply, askedOf(place, { write: false, now }));
  return reply;
}
