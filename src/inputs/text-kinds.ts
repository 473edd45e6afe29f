import type { Kind } from "./kinds.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Text on one line: line breaks, control characters and direction marks become a space. */
export function flatten(text: string): string {
  return text.replace(CONTROL, " ").trim();
}

/** Text of at most this many characters, with an ellipsis at the end if something was cut off. */
export function shorten(text: string, most: number): string {
  // A character is at most two units long, so the rest needn't be examined, however long it is.
  const characters = [...text.slice(0, most * 2 + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** The non-empty lines of a text, trimmed. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Free text for people, put on one line and cut at a length. */
export function text(most: number): Kind<string> {
  return {
    label: "text",
    parse: (given) => {
      const flat = shorten(flatten(given), most);
      return flat === "" ? undefined : flat;
    },
    wanted: `text of up to ${most} characters`,
  };
}

/** A token or a URL: kept as it is, and without line breaks that would break out of a header. */
export const secret: Kind<string> = {
  label: "a secret",
  parse: (given) => (/^[\x21-\x7e]{1,4096}$/.test(given) ? given : undefined),
  wanted: "it on one line, without spaces",
};

/** Lines of secrets: kept as they are. */
export const secretLines: Kind<string> = {
  label: "name=url lines",
  parse: (given) => (/^[\x20-\x7e\r\n\t]{1,30000}$/.test(given) ? given : undefined),
  wanted: "one channel per line, name=url or name=url key",
};

const ID = /^[\x21-\x7e]{1,128}$/;

/** The id of a hold or an operation. */
export const id: Kind<string> = {
  label: "an id",
  parse: (given) => (ID.test(given) ? given : undefined),
  wanted: "up to 128 printable ASCII characters without spaces",
};

/** A pull request: its number or its URL. */
export const pullRequest: Kind<string> = {
  label: "a number or URL",
  parse: (given) => {
    const number = /^#?([1-9]\d{0,9})$/.exec(given)?.[1];
    if (number !== undefined) return number;
    return /^https:\/\/[\w.-]+(:\d+)?\/[\w.-]+\/[\w.-]+\/pull\/[1-9]\d{0,9}$/.test(given) ? given : undefined;
  },
  wanted: "the number of a pull request such as 95, or its URL such as https://github.com/owner/name/pull/95",
};

/** An alert's id, in capitals or not. */
export const alertId: Kind<string> = {
  label: "an alert's id",
  parse: (text) => (/^A-\d{4}-\d{1,6}$/i.test(text) ? text.toUpperCase() : undefined),
  wanted: "an alert's id such as A-0214-3, as command: alerts lists them",
};
