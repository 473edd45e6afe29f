/**
 * Values inside SQL. A batch is one message of the simple protocol, which has no parameters: with parameters every
 * statement would take a round trip, or leave a prepared statement in a pooler's session.
 */

/** A text as SQL has it, whatever the server's settings. Throws for a text that PostgreSQL can't store. */
export function textLiteral(text: string): string {
  if (text.includes("\0")) throw new Error("A text for the database contains a zero byte");
  return ` E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** A whole number, or null. */
export function numberLiteral(value: number | bigint | null): string {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new Error("A number for the database isn't whole");
  return value === null ? "null" : String(value);
}

/** Bytes of a text in UTF-8. */
export function bytesLiteral(text: string): string {
  return ` E'\\\\x${Buffer.from(text, "utf8").toString("hex")}'::bytea`;
}
