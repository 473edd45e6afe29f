import type { APIEmbed, APIEmbedField } from "discord-api-types/v10";
import * as z from "zod/mini";
import type { Health } from "../../books/answer.ts";
import { cutUnits, flat, NOTHING } from "../../values/foreign-text.ts";

export type EmbedField = Readonly<Required<APIEmbedField>>;

/** What Discord shows as a box with a colored edge. */
export type Embed = Readonly<
  Required<Pick<APIEmbed, "title" | "color">> &
    Pick<APIEmbed, "description" | "url" | "timestamp" | "footer"> & { fields?: EmbedField[] }
>;

/** Discord's limits for one embed; `total` is over all embeds of a post. */
export const EMBED_LIMITS = {
  title: 256,
  description: 4096,
  fields: 25,
  name: 256,
  value: 1024,
  footer: 2048,
  url: 2048,
  total: 6000,
} as const;

const COLORS: Record<Health, number> = { green: 0x2da44e, yellow: 0xd4a72c, red: 0xcf222e, blocked: 0x82071e };
/** A link that is cut short would show its brackets. */
const MAX_LINK_LENGTH = 900;
const GRAY = 0x6e7781;

const estimatedShare = z.object({ percent: z.number(), profile: z.optional(z.string()) });

/** Where a message came from. What doesn't fit is left out, because it isn't the figures. */
export const originFields = {
  health: z.catch(z.optional(z.enum(["green", "yellow", "red", "blocked"])), undefined),
  repository: z.catch(z.optional(z.string()), undefined),
  url: z.catch(z.optional(z.string()), undefined),
  page: z.catch(z.optional(z.string()), undefined),
  estimated_share: z.catch(z.optional(estimatedShare), undefined),
};

export type DecodedOrigin = {
  readonly health?: Health | undefined;
  readonly repository?: string | undefined;
  readonly url?: string | undefined;
  /** The web page of the books. */
  readonly page?: string | undefined;
  readonly estimated_share?: z.output<typeof estimatedShare> | undefined;
};

/** What a message says, before it is cut to Discord's limits. */
export type Content = {
  readonly title: string;
  readonly description?: string;
  readonly fields?: readonly EmbedField[];
  /** Instead of the run's page. */
  readonly url?: string | undefined;
};

/** A field on a line with others. */
export function field(name: string, value: string): EmbedField {
  return { name, value, inline: true };
}

/** A field on a separate line. */
export function wideField(name: string, value: string): EmbedField {
  return { name, value, inline: false };
}

/** The finished embed: colored by health, with footer, link and time, within Discord's limits. */
export function embedOf(content: Content, origin: DecodedOrigin, at: string): Embed {
  const url = webUrlOf(content.url ?? origin.url);
  const timestamp = timestampOf(at);
  const footer = footerOf(origin);
  const description = withBooks(content.description, origin.page);
  return withinLimits({
    title: content.title,
    ...(description === "" ? {} : { description }),
    ...(url === undefined ? {} : { url }),
    color: origin.health === undefined ? GRAY : COLORS[origin.health],
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(footer === undefined ? {} : { footer: { text: footer } }),
    ...(content.fields === undefined || content.fields.length === 0 ? {} : { fields: [...content.fields] }),
  });
}

/** A description whose last line is the link to the books: cut to their limits, embeds lose fields before it. */
export function withBooks(description: string | undefined, page: string | undefined): string {
  return [description, linkTo("Books", page)].filter((line) => line !== undefined && line !== "").join("\n");
}

/** A link in a message's text; undefined for an address that isn't a web page's, or that is too long to be kept whole. */
export function linkTo(
  text: string,
  address: string | undefined,
  maxLength: number = MAX_LINK_LENGTH,
): string | undefined {
  // Inside a link's brackets these would end it, and an @ may be a mention.
  const url = webUrlOf(address)?.replaceAll("(", "%28").replaceAll(")", "%29").replaceAll("@", "%40");
  return url === undefined || url.length > maxLength ? undefined : `[${text}](${url})`;
}

/** The characters Discord counts towards the limit of a post. */
export function sizeOf(embed: Embed): number {
  const fields = (embed.fields ?? []).reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return embed.title.length + (embed.description?.length ?? 0) + (embed.footer?.text.length ?? 0) + fields;
}

/** A link that Discord accepts: a full web URL without a password. Undefined for anything else. */
export function webUrlOf(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!["https:", "http:"].includes(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return url.href.length <= EMBED_LIMITS.url ? url.href : undefined;
}

/** The embed cut down until Discord accepts it, from the end. */
function withinLimits(embed: Embed): Embed {
  const fields: EmbedField[] = [];
  let left = EMBED_LIMITS.total;
  const take = (text: string, limit: number): string => {
    const taken = text.trim() === "" ? NOTHING : cutUnits(text, Math.min(limit, Math.max(left, 1)));
    left -= taken.length;
    return taken;
  };
  const title = take(embed.title, EMBED_LIMITS.title);
  const footer = embed.footer && { text: take(embed.footer.text, EMBED_LIMITS.footer) };
  const description = embed.description === undefined ? undefined : take(embed.description, EMBED_LIMITS.description);
  for (const { name, value, inline } of (embed.fields ?? []).slice(0, EMBED_LIMITS.fields)) {
    if (left < Math.min(name.length, EMBED_LIMITS.name) + 1) break;
    fields.push({ name: take(name, EMBED_LIMITS.name), value: take(value, EMBED_LIMITS.value), inline });
  }
  return {
    ...embed,
    title,
    ...(description === undefined ? {} : { description }),
    ...(footer === undefined ? {} : { footer }),
    ...(fields.length === 0 ? {} : { fields }),
  };
}

/** Discord shows footers as they are, so there is nothing to escape and no link to put. */
function footerOf(origin: DecodedOrigin): string | undefined {
  const run = /\/actions\/runs\/(\d{1,20})(?:\/|$)/.exec(origin.url ?? "")?.[1];
  const repository =
    origin.repository === undefined ? undefined : flat(origin.repository, 140).replaceAll("@", "@\u200b");
  const parts = [repository, run === undefined ? undefined : `run ${run}`].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" · ");
}

function timestampOf(at: string): string | undefined {
  const epochMs = Date.parse(at);
  if (Number.isNaN(epochMs)) return undefined;
  const text = new Date(epochMs).toISOString();
  // Discord knows years of four digits only.
  return /^\d{4}-/.test(text) ? text : undefined;
}
