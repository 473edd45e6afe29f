import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The licenses of packages, as they are passed on with a program that has them in it. */
export function licencesOf(packages: readonly string[]): string {
  return packages
    .map((name) => {
      const folder = join(ROOT, "node_modules", name);
      const { version, license, repository } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder)
        .sort()
        .find((entry) => /^(licen[cs]e|copying)/i.test(entry));
      // A licence without its text at least says where the sources are, as the MPL demands.
      const source = typeof repository === "string" ? repository : repository?.url;
      const text =
        file === undefined
          ? `Sources: ${source ?? name}`
          : readFileSync(join(folder, file), "utf8").replace(/\r\n/g, "\n").trim();
      return `${name} ${version}\n${license}\n\n${text}`.trimEnd();
    })
    .join("\n\n--------\n\n")
    .concat("\n");
}
