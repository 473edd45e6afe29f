import type { RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";
import { cutUnits } from "../../values/foreign-text.ts";
import { EMBED_LIMITS, type Embed, sizeOf } from "../messages/embed.ts";
import type { MessagePicture } from "../picture.ts";
import type { PostFile } from "./multipart.ts";

/** An embed, what it is about, and the queued messages that are done when it is delivered. */
export type Deliverable = {
  readonly ids: readonly string[];
  readonly embed: Embed;
  readonly about?: About;
  /** The role that its post mentions, by its id. */
  readonly mention?: string | undefined;
  readonly picture?: MessagePicture | undefined;
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
type PostBody = Pick<RESTPostAPIWebhookWithTokenJSONBody, "content" | "embeds" | "allowed_mentions" | "attachments">;

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

/** Discord's limit for what a file shows. */
const MAX_DESCRIPTION = 1024;

/** The files of a post, in the order of its attachments; each has another name. */
export function filesOf({ items }: Post): PostFile[] {
  return items.flatMap(({ picture }, index) =>
    picture === undefined ? [] : [{ name: nameOf(picture, index), png: picture.png }],
  );
}

/** The same post without its files. */
export function withoutFiles({ items }: Post): Post {
  return { items: items.map(({ picture: _, ...item }) => item) };
}

function nameOf({ name }: MessagePicture, index: number): string {
  return `${index + 1}-${name}.png`;
}

/** The JSON of a post. */
export function bodyOf(post: Post): PostBody {
  const embeds = post.items.map(({ embed, picture }, index) =>
    picture === undefined ? embed : { ...embed, image: { url: `attachment://${nameOf(picture, index)}` } },
  );
  return { ...mentionsOf(post, embeds), ...attachmentsOf(post) };
}

function attachmentsOf({ items }: Post): Pick<PostBody, "attachments"> {
  const pictured = items.flatMap(({ picture }, index) => (picture === undefined ? [] : [{ picture, index }]));
  if (pictured.length === 0) return {};
  return {
    attachments: pictured.map(({ picture, index }, id) => ({
      id: String(id),
      filename: nameOf(picture, index),
      description: cutUnits(picture.description, MAX_DESCRIPTION),
    })),
  };
}

function mentionsOf(post: Post, embeds: NonNullable<PostBody["embeds"]>): PostBody {
  const roles = [...new Set(post.items.flatMap(({ mention = [] }) => mention))];
  return roles.length === 0
    ? { embeds, allowed_mentions: { parse: [] } }
    : { content: roles.map((id) => `<@&${id}>`).join(" "), embeds, allowed_mentions: { roles } };
}
