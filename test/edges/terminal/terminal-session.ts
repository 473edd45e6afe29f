import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { emptyFolder } from "../../support/runner/action.ts";
import type { Ended } from "../../support/runner/spawn.ts";
import { runTerminal } from "../../support/runner/terminal.ts";

const MINUTE_MS = 60_000;

const PRICES = /genai-prices@[\d.]+(?:\s+is\s+from\s+\d{4}-\d\d-\d\d)?/g;

/** Someone at a terminal of so many columns without colors, in an empty folder, at a time that only the test moves. */
export class Session {
  readonly #home = emptyFolder("home");
  readonly #folder = join(this.#home, "shop");
  readonly #columns: number;
  readonly #ids = new Map<string, string>();
  #shown = "";
  #atMs: number;

  constructor(columns: number, at: string) {
    mkdirSync(this.#folder);
    this.#columns = columns;
    this.#atMs = Date.parse(at);
  }

  /** What the terminal has shown: ids are numbered, and what depends on machine or release has one name. */
  get shown(): string {
    const named = this.#shown
      .replaceAll(`by ${userInfo().username};`, "by you;")
      .replaceAll(`"actor":"${userInfo().username}"`, '"actor":"you"')
      .replace(PRICES, samePrices);
    return named.replace(/\b[0-9a-hjkmnp-tv-z]{16}\b/g, (id) => {
      const numbered = this.#ids.get(id) ?? `a7c${String(this.#ids.size + 1).padStart(13, "0")}`;
      this.#ids.set(id, numbered);
      return numbered;
    });
  }

  at(instant: string): this {
    this.#atMs = Date.parse(instant);
    return this;
  }

  /** A heading between commands. */
  say(text: string): this {
    this.#shown += `${this.#shown === "" ? "" : "\n"}# ${text}\n`;
    return this;
  }

  write(name: string, text: string): this {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return this;
  }

  edit(name: string, change: (text: string) => string): this {
    return this.write(name, change(readFileSync(join(this.#folder, name), "utf8")));
  }

  /** Runs a command and shows its exit code where it isn't 0. A command takes a minute. */
  async run(...args: readonly string[]): Promise<void> {
    const { exitCode, stdout } = await this.quietly(...args);
    const ended = exitCode === 0 ? "" : `[exit code ${exitCode}]\n`;
    this.#shown += `$ token-budget ${args.map(quoted).join(" ")}\n${stdout}${ended}`;
  }

  /** Runs a command whose screen doesn't matter. */
  async quietly(...args: readonly string[]): Promise<Ended> {
    const [clock, columns] = [new Date(this.#atMs).toISOString(), this.#columns];
    const options = {
      cwd: this.#folder,
      env: { NO_COLOR: "1", HOME: this.#home, USERPROFILE: this.#home },
      clock,
      columns,
      inProcess: true,
    };
    this.#atMs += MINUTE_MS;
    return runTerminal(args, options);
  }
}

function samePrices(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\d/, "2026-01-31").replace(/@[\d.]+/, "@0.1.0");
}

function quoted(arg: string): string {
  return /^[\w./:=,-]+$/.test(arg) ? arg : `'${arg}'`;
}
