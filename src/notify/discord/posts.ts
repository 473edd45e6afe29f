import type { RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";
import { EMBED_LIMITS, type Embed, sizeOf } from "../messages/embed.ts";

/** An embed, what it is about, and the queued messages that are done when it is delivered. */
export type Deliverable = {
  readonly ids: readonly string[];
  readonly embed: Embed;
  readonly about?: About;
  /** The role that its post mentions, by its id. */
  readonly mention?: string | undefined;
};

/** What programs read of a message. */
export type About = {
  readonly id: string;
  readonly kind: string;
  readonly severity?: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly at: string;
  /** The budget's name. */
  readonly budget: string;
};

/** What Discord gets: only that role is ever pinged, whatever a title or a tag contains. */
type PostBody = Pick<RESTPostAPIWebhookWithTokenJSONBody, "content" | "embeds" | "allowed_mentions">;

/** One request's worth of embeds, in order. */
export type Post = { readonly items: readonly Deliverable[] };

const EMBEDS_PER_POST = 10;

/** As few posts as the embeds fit in, in their order: each has at most ten embeds and 6,000 characters in total. */
export function packPosts(items: readonly Deliverable[]): Post[] {
  const posts: Deliverable[][] = [];
  let size = 0;
  for (const item of items) {
    const open = posts.at(-1);
    size += sizeOf(item.embed);
    if (open !== undefined && open.length < EMBEDS_PER_POST && size <= EMBED_LIMITS.total) {
      open.push(item);
    } else {
      posts.push([item]);
      size = sizeOf(item.embed);
    }
  }
  return posts.map((packed) => ({ items: packed }));
}

/** The ids of the queued messages a post carries. */
export function idsOf(post: Post): string[] {
  return post.items.flatMap(({ ids }) => ids);
}

/** The JSON of a post. */
export function bodyOf(post: Post): PostBody {
  const embeds = post.items.map(({ embed }) => embed);
  const roles = [...new Set(post.items.flatMap(({ mention = [] }) => mention))];
  return roles.length === 0
    ? { embeds, allowed_mentions: { parse: [] } }
    : { content: roles.map((id) => `<@&${id}>`).join(" "), embeds, allowed_mentions: { roles } };
}
