import type { Embed, EmbedField } from "../messages/embed.ts";
import { plainOf } from "../messages/markup.ts";
import { mrkdwn, slackBold, slackLink, slackText, slackTime } from "./mrkdwn.ts";

/** Slack's limits: https://docs.slack.dev/reference/block-kit/blocks/section-block and its neighbors. */
const LIMITS = { header: 150, text: 3000, fields: 10, field: 2000, blocks: 50, fallback: 4000, name: 300 } as const;

type PlainText = { readonly type: "plain_text"; readonly text: string; readonly emoji: true };
/** `verbatim` keeps Slack from making links and mentions of plain text. */
type Markup = { readonly type: "mrkdwn"; readonly text: string; readonly verbatim: true };

type Block =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: Markup }
  | { readonly type: "section"; readonly fields: readonly Markup[] }
  | { readonly type: "context"; readonly elements: readonly Markup[] };

/** What Slack's webhooks take; `text` is for notifications and for readers without blocks. */
export type SlackBody = {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
};

/** A message as Slack's blocks, within Slack's limits. */
export function slackBody(embed: Embed): SlackBody {
  const { title, description, fields = [] } = embed;
  const plainTitle = plainOf(title);
  const fallback = [plainTitle, ...(description === undefined ? [] : [plainOf(description)])].join("\n");
  const blocks: Block[] = [
    { type: "header", text: { type: "plain_text", text: slackText(plainTitle, LIMITS.header), emoji: true } },
    ...(description === undefined ? [] : [section(mrkdwn(description, LIMITS.text))]),
    ...fieldBlocks(fields),
    ...contextOf(embed),
  ];
  return {
    text: slackText(fallback, LIMITS.fallback),
    blocks: blocks.slice(0, LIMITS.blocks),
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Short fields stand beside each other, up to ten in a block; a long one has its own. */
function fieldBlocks(fields: readonly EmbedField[]): Block[] {
  const blocks: Block[] = [];
  let row: Markup[] = [];
  const end = () => {
    if (row.length > 0) blocks.push({ type: "section", fields: row });
    row = [];
  };
  for (const { name, value, inline } of fields) {
    const title = slackBold(plainOf(name), LIMITS.name);
    const text = (limit: number) => `${title}\n${mrkdwn(value, limit - title.length - 1)}`;
    if (inline) row.push(markup(text(LIMITS.field)));
    if (!inline || row.length === LIMITS.fields) end();
    if (!inline) blocks.push(section(text(LIMITS.text)));
  }
  end();
  return blocks;
}

function contextOf({ footer, url, timestamp }: Embed): Block[] {
  const atMs = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  const texts = [
    ...(footer === undefined ? [] : [slackText(footer.text, LIMITS.field)]),
    ...(url === undefined || url.length > LIMITS.field / 2 ? [] : [slackLink("Open", url)]),
    ...(Number.isNaN(atMs) ? [] : [slackTime(Math.floor(atMs / 1000))]),
  ];
  return texts.length === 0 ? [] : [{ type: "context", elements: texts.map(markup) }];
}

function section(text: string): Block {
  return { type: "section", text: markup(text) };
}

function markup(text: string): Markup {
  return { type: "mrkdwn", text, verbatim: true };
}
