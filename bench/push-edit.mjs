// Books one run in a file of totals, as a workflow's script does. node push-edit.mjs <file> <run> <cost>
import { readFileSync, writeFileSync } from "node:fs";

const [file, run, cost] = process.argv.slice(2);
const books = JSON.parse(readFileSync(file, "utf8"));
books.total_spent = Math.round((books.total_spent + Number(cost)) * 1e9) / 1e9;
books.executions += 1;
books.runs.push({ run: Number(run), cost: Number(cost) });
writeFileSync(file, `${JSON.stringify(books, null, 2)}\n`);
