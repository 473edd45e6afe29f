/** Shorter texts aren't secrets, and removing them would make everything unreadable. */
const MIN_SECRET_LENGTH = 4;

/** The part of a URL that still grants access. */
const MIN_PART_LENGTH = 16;

/** A shorter path of a URL is a word that other texts have, too. */
const MIN_PATH_LENGTH = 12;

const REDACTED = "***";

/** Removes secrets from a text before it is printed, written or thrown. */
export type Redact = (text: string) => string;

/** Tokens and keys recognizable by their form: of GitHub, of model providers, of chats, and signed ones. */
const FORMS = [
  String.raw`gh[pousr]_[\w.-]{20,}`,
  String.raw`github_pat_\w{20,}`,
  String.raw`sk-[\w-]{20,}`,
  String.raw`xai-[\w-]{20,}`,
  String.raw`AIza[\w-]{35}`,
  String.raw`(?:AKIA|ASIA)[0-9A-Z]{16}\b`,
  String.raw`xox[a-z]-[\w-]{10,}`,
  String.raw`glpat-[\w-]{20,}`,
  "hf_[A-Za-z0-9]{30,}",
  String.raw`eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}`,
];
const WEBHOOK = String.raw`(?<=/api/webhooks/)\d+/[\w-]{30,}`;
/** At the beginning of a word, or after an escaped character in a URL. */
const KNOWN_FORMS = new RegExp(`(?:\\b|(?<=%[0-9A-Fa-f]{2}))(?:${FORMS.join("|")})|${WEBHOOK}`, "g");

/**
 * Removes each secret, as it is and in its forms in URLs, JSON and base64, and everything else that has the form of a
 * token or a key.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.flatMap(partsOf).flatMap(formsOf));
  // The longest first: a secret that contains another one would otherwise be removed only in part.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((left, form) => left.replaceAll(form, REDACTED), text).replace(KNOWN_FORMS, REDACTED);
}

/** A secret, its lines, and the end of a URL: errors often name only the path. */
function partsOf(secret: string): string[] {
  const whole = secret.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  const parts = [whole, ...lines].filter((part) => part.length >= MIN_SECRET_LENGTH);
  if (!/^https?:\/\//.test(whole)) return parts;
  const ends = whole.split(/[/?#&=]/).filter((part) => part.length >= MIN_PART_LENGTH && !part.includes("."));
  const path = whole.replace(/^https?:\/\/[^/]*/, "");
  return [...parts, ...ends, ...(path.length < MIN_PATH_LENGTH ? [] : [path])];
}

function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(toWellFormed(secret));
  return [secret, encoded, encoded.toLowerCase(), JSON.stringify(secret).slice(1, -1), ...base64Of(secret)].filter(
    (form) => form.length >= MIN_SECRET_LENGTH,
  );
}

/** encodeURIComponent throws on a lone surrogate; Node 20 and 24 have the method, the type library may not. */
function toWellFormed(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/** The characters of a secret in base64, at any offset in the encoded text, as in `x-access-token:<token>`. */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The outer characters also carry bits of their neighbors, so only the inner ones belong to the secret.
    const first = before === 0 ? 0 : before + 1;
    const own = Math.floor(((before + bytes.length) * 8) / 6);
    const inner = text.slice(first, own);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")].filter((form) => form.length >= 8);
  });
}
