// What is compared with: reads a file whole and parses its lines, or all of it where it is one value.
import { readFileSync } from "node:fs";

const [path = ""] = process.argv.slice(2);
const text = readFileSync(path, "utf8");
let objects = 0;
if (path.endsWith(".json")) objects = JSON.parse(text).length;
else {
  for (const line of text.split("\n")) {
    const json = line.startsWith("data: {") ? line.slice("data: ".length) : line;
    if (json.startsWith("{") && JSON.parse(json)) objects += 1;
  }
}
process.stdout.write(`${objects}\n`);
