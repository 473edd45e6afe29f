import { DIMENSIONS, type Dimension, dimensionOf } from "../insight/attribution/query.ts";
import { closest } from "../values/closest.ts";
import { type Kind, spanText } from "./kinds.ts";
import { linesOf } from "./text-kinds.ts";

/** The forms of a report. */
export const FORMATS = ["terminal", "markdown", "json", "csv", "focus"] as const;
export type Format = (typeof FORMATS)[number];

/** The versions of FOCUS, the FinOps Foundation's columns, that a report can be written in. */
export const FOCUS_VERSIONS = ["1.2", "1.3", "1.4"] as const;

const MAX_DIMENSIONS = 3;
const MAX_NAME_LENGTH = 68;
const MAX_PATH_LENGTH = 4_096;

/** One to three dimensions, each once. */
export const dimensions: Kind<readonly Dimension[]> = {
  label: "dimensions",
  parse: (text) => {
    const found = namesIn(text).map(dimensionNamed);
    const known = [...new Set(found.filter((one) => one !== undefined))];
    return found.includes(undefined) || known.length === 0 || known.length > MAX_DIMENSIONS ? undefined : known;
  },
  wanted: `up to three of ${DIMENSIONS.join(", ")} and tag:NAME, separated by commas`,
  meant: (text) => {
    const [unknown] = namesIn(text).filter((name) => dimensionNamed(name) === undefined);
    return unknown === undefined ? undefined : closest(unknown, DIMENSIONS);
  },
};

/** The parts of a list. Commas and line ends separate; so do spaces, but those in a tag's name. */
function namesIn(text: string): string[] {
  return linesOf(text.replaceAll(",", "\n")).flatMap((part) => {
    const words = part.split(/\s+/);
    const isTag = part.startsWith("tag:") && words.some((word) => dimensionNamed(word) === undefined);
    return isTag ? [part] : words;
  });
}

function dimensionNamed(name: string): Dimension | undefined {
  return [...name].length > MAX_NAME_LENGTH ? undefined : dimensionOf(name);
}

/** What a span is compared with: the one before, the one a year ago, any other span, or nothing. */
export const comparison: Kind<string> = {
  label: "a span to compare with",
  parse: (text) => (["none", "previous", "year-ago"].includes(text) ? text : spanText.parse(text)),
  wanted: `previous, year-ago or none, or ${spanText.wanted}`,
};

/** A file to write. */
export const outputPath: Kind<string> = {
  label: "a file's path",
  parse: (text) => (/^[^\0\r\n]+$/.test(text) && text.length <= MAX_PATH_LENGTH ? text : undefined),
  wanted: "the path of one file, such as reports/february.csv",
};
