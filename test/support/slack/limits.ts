type Text = { readonly type?: unknown; readonly text?: unknown; readonly emoji?: unknown; readonly verbatim?: unknown };
type Block = {
  readonly type?: unknown;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly Text[];
};
export type SlackPayload = { readonly text?: unknown; readonly blocks?: readonly Block[] };

/** All that may stand between angle brackets: a web link, or a date with its fallback. Anything else could mention. */
const HARMLESS = /^(?:https?:\/\/[^\s<>|]+(?:\|[^<>]*)?|!date\^\d+\^[^<>|^]+(?:\^https?:[^<>|]+)?\|[^<>]+)$/;

/**
 * What breaks Slack's limits for blocks and text objects, https://docs.slack.dev/reference/block-kit/blocks and
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object, or could mention someone.
 */
export function breachesOf({ text, blocks = [] }: SlackPayload): string[] {
  if (typeof text !== "string" || text.trim() === "") return ["no fallback text"];
  const breaches = mentionsIn(text);
  if (text.length > 40_000) breaches.push("the fallback is too long");
  if (blocks.length > 50) breaches.push(`${blocks.length} blocks`);
  return [...breaches, ...blocks.flatMap(blockBreaches)];
}

function blockBreaches(block: Block): string[] {
  switch (block.type) {
    case "header":
      return textBreaches(block.text, { most: 150, types: ["plain_text"] });
    case "section": {
      const { fields } = block;
      if (block.text === undefined && fields === undefined) return ["a section without text"];
      if (fields !== undefined && (fields.length < 1 || fields.length > 10)) return [`${fields.length} fields`];
      return [
        ...(block.text === undefined ? [] : textBreaches(block.text, { most: 3000 })),
        ...(fields ?? []).flatMap((field) => textBreaches(field, { most: 2000 })),
      ];
    }
    case "context": {
      const { elements = [] } = block;
      if (elements.length < 1 || elements.length > 10) return [`${elements.length} elements`];
      return elements.flatMap((element) => textBreaches(element, { most: 3000 }));
    }
    default:
      return [`a block of type ${String(block.type)}`];
  }
}

function textBreaches(
  object: Text | undefined,
  { most, types = ["plain_text", "mrkdwn"] }: { readonly most: number; readonly types?: readonly string[] },
): string[] {
  const { type, text, emoji, verbatim } = object ?? {};
  if (!types.includes(String(type)) || typeof text !== "string") return [`a text of type ${String(type)}`];
  if (text.length < 1 || text.length > most) return [`a text of ${text.length} characters, at most ${most}`];
  if (type === "mrkdwn" && emoji !== undefined) return ["emoji is for plain text"];
  if (type === "plain_text" && verbatim !== undefined) return ["verbatim is for mrkdwn"];
  if (type === "mrkdwn" && verbatim !== true) return ["plain text would become links and mentions"];
  return mentionsIn(text);
}

function mentionsIn(text: string): string[] {
  const outside = text.replace(/<([^<>]*)>/g, (whole, inside: string) => (HARMLESS.test(inside) ? "" : whole));
  const breaches = /[<>]/.test(outside) ? [`unescaped: ${outside.slice(0, 80)}`] : [];
  if (/&(?!(?:amp|lt|gt);)/.test(text)) breaches.push(`a bare ampersand: ${text.slice(0, 80)}`);
  if (/@(?:everyone|here|channel)\b/.test(text)) breaches.push("a mention in plain text");
  return breaches;
}
