import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expectJsonAnswer } from "../support/json-answers.ts";
import { emptyFolder } from "../support/runner/action.ts";
import type { Ended } from "../support/runner/spawn.ts";
import { runTerminal, type TerminalOptions } from "../support/runner/terminal.ts";

/** A Claude Code result that costs $0.04995. */
export const USAGE = fileURLToPath(new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url));

/** The terminal program as it is shipped. */
export const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** What a terminal's `--json` says, as far as tests look at it. */
export type Said = {
  readonly command: string;
  readonly allowed?: boolean;
  readonly reason: string;
  readonly message: string;
  readonly spent: number;
  readonly held: number;
  readonly remaining: number;
  readonly executions: number;
  readonly milestones?: readonly number[];
  readonly hold?: string;
  readonly cost?: number;
  /** What `usage` alone tells. */
  readonly total?: number;
  readonly lines?: readonly { readonly model: string; readonly cost: number | null; readonly [key: string]: unknown }[];
  readonly unpriced?: readonly { readonly model: string; readonly fix: string; readonly config?: string }[];
  /** What `verify` alone tells. */
  readonly differences?: readonly { readonly figure: string; readonly found: string; readonly expected: string }[];
  readonly failed: boolean;
  readonly notes: readonly { readonly level: string; readonly text: string }[];
};

/** A folder in which somebody works with the terminal program. */
export class Folder {
  readonly path: string;
  readonly #options: Partial<TerminalOptions>;

  constructor(options: Partial<TerminalOptions> = {}, path = emptyFolder("folder")) {
    this.#options = options;
    this.path = path;
  }

  /** The same folder, worked in with another clock or environment. */
  with(options: Partial<TerminalOptions>): Folder {
    return new Folder({ ...this.#options, ...options }, this.path);
  }

  run(...args: readonly string[]): Promise<Ended> {
    return runTerminal(args, { ...this.#options, cwd: this.path });
  }

  /** Runs a command and reads its answer, which must be one line. */
  async json(...args: readonly string[]): Promise<Said> {
    const { stdout, stderr } = await this.run(...args, "--json");
    const lines = stdout.split("\n");
    if (lines.length !== 2 || lines[1] !== "") throw new Error(`Not one line of JSON: ${stdout}${stderr}`);
    expectJsonAnswer(lines[0] ?? "");
    return JSON.parse(lines[0] ?? "") as Said;
  }

  /** Copies the fixture into the folder, modified just now. */
  leaveUsage(name: string): void {
    copyFileSync(USAGE, join(this.path, name));
  }

  write(name: string, content: string | Buffer): void {
    writeFileSync(join(this.path, name), content);
  }

  makeFolder(name: string): void {
    mkdirSync(join(this.path, name));
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  /** The state, as the JSON it is. */
  state(): Record<string, unknown> & { readonly holds: readonly { readonly id: string; readonly amount: number }[] } {
    return JSON.parse(this.read("token_budget.json"));
  }

  /** The ledger's lines, oldest first. */
  ledger(): readonly Record<string, unknown>[] {
    return this.files()
      .filter((name) => name.endsWith(".ndjson"))
      .flatMap((name) => this.read(name).trimEnd().split("\n"))
      .map((line) => JSON.parse(line));
  }

  /** Every file of the folder with its content. */
  contents(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.files().map((name) => [name, this.read(name)]));
  }

  files(): readonly string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.path.length + 1))
      .sort();
  }
}
