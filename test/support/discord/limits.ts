export type EmbedField = { readonly name: string; readonly value: string; readonly inline?: boolean };
export type Embed = {
  readonly title?: string;
  readonly description?: string;
  readonly url?: string;
  readonly color?: number;
  readonly timestamp?: string;
  readonly footer?: { readonly text: string };
  readonly author?: { readonly name: string };
  readonly fields?: readonly EmbedField[];
  readonly image?: { readonly url: string };
};
/** What a webhook is sent. */
export type Payload = {
  readonly content?: string;
  readonly username?: string;
  readonly embeds?: readonly Embed[];
  readonly allowed_mentions?: { readonly parse?: readonly string[]; readonly roles?: readonly string[] };
  readonly attachments?: readonly { readonly id: string; readonly filename?: string; readonly description?: string }[];
};

/** A broken limit: where, as Discord's path of keys, and its code and words. */
export type Breach = { readonly path: readonly (string | number)[]; readonly code: string; readonly message: string };

const lengthOf = (text: string | undefined): number => [...(text ?? "")].length;

/**
 * The limits of https://discord.com/developers/docs/resources/message#embed-object-embed-limits and of a webhook's
 * content, each broken one told as Discord tells it.
 */
export function breachesOf(payload: Payload): readonly Breach[] {
  const breaches: Breach[] = [];
  const most = (path: readonly (string | number)[], text: string | undefined, limit: number) => {
    if (lengthOf(text) > limit)
      breaches.push({ path, code: "BASE_TYPE_MAX_LENGTH", message: `Must be ${limit} or fewer in length.` });
  };
  const required = (path: readonly (string | number)[], text: string | undefined) => {
    if (text === undefined || text.trim() === "")
      breaches.push({ path, code: "BASE_TYPE_REQUIRED", message: "This field is required" });
  };
  const { content, embeds = [] } = payload;
  most(["content"], content, 2000);
  if (embeds.length > 10)
    breaches.push({ path: ["embeds"], code: "BASE_TYPE_MAX_LENGTH", message: "Must be 10 or fewer in length." });
  let total = 0;
  for (const [index, embed] of embeds.entries()) {
    const at = ["embeds", index] as const;
    const fields = embed.fields ?? [];
    most([...at, "title"], embed.title, 256);
    most([...at, "description"], embed.description, 4096);
    most([...at, "footer", "text"], embed.footer?.text, 2048);
    most([...at, "author", "name"], embed.author?.name, 256);
    if (fields.length > 25)
      breaches.push({
        path: [...at, "fields"],
        code: "BASE_TYPE_MAX_LENGTH",
        message: "Must be 25 or fewer in length.",
      });
    for (const [nth, field] of fields.entries()) {
      required([...at, "fields", nth, "name"], field.name);
      required([...at, "fields", nth, "value"], field.value);
      most([...at, "fields", nth, "name"], field.name, 256);
      most([...at, "fields", nth, "value"], field.value, 1024);
      total += lengthOf(field.name) + lengthOf(field.value);
    }
    const texts = [embed.title, embed.description, embed.footer?.text, embed.author?.name];
    if (texts.every((it) => lengthOf(it) === 0) && fields.length === 0) required([...at, "description"], undefined);
    total += texts.reduce((sum, it) => sum + lengthOf(it), 0);
  }
  if (total > 6000)
    breaches.push({
      path: ["embeds"],
      code: "MAX_EMBED_SIZE_EXCEEDED",
      message: "Embed size exceeds maximum size of 6000",
    });
  return breaches;
}

/** Discord's error body for broken limits: `errors` nested along each path. */
export function formErrorOf(breaches: readonly Breach[]): Readonly<Record<string, unknown>> {
  const errors: Record<string, unknown> = {};
  for (const { path, code, message } of breaches) {
    let at = errors;
    for (const key of path) {
      const next = (at[key] ?? {}) as Record<string, unknown>;
      at[key] = next;
      at = next;
    }
    at["_errors"] = [...((at["_errors"] as unknown[]) ?? []), { code, message }];
  }
  return { message: "Invalid Form Body", code: 50035, errors };
}
