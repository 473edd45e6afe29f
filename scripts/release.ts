// What a release is and has, for the release workflow and for a dry run. node scripts/release.ts plan | files FOLDER
import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeReleaseFiles } from "./release-files.ts";
import { planOf } from "./release-plan.ts";

try {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [step, into = "release"] = positionals;
  const plan = planOf(process.cwd());
  const { tag, major, waiting, due, movesMajor } = plan;
  if (step === "plan") {
    say(due ? `${tag} is due.` : `Nothing to release: ${tag} is there, or changes wait for a version.`);
    const file = process.env["GITHUB_OUTPUT"];
    if (file !== undefined) {
      appendFileSync(file, `waiting=${waiting}\ndue=${due}\ntag=${tag}\nmajor=${major}\nmoves-major=${movesMajor}\n`);
    }
  } else if (step === "files") {
    say(`Wrote ${writeReleaseFiles(process.cwd(), resolve(into), plan).join(", ")}.`);
  } else throw new Error("node scripts/release.ts plan | files FOLDER");
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
