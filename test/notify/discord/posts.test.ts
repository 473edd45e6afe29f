import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, idsOf, packPosts } from "../../../src/notify/discord/posts.ts";
import { deliverablesOf } from "../../../src/notify/messages/digest.ts";
import { sizeOf } from "../../../src/notify/messages/embed.ts";
import { FACTS } from "../facts.ts";

function item(id: number, size: number) {
  return { ids: [`m${id}`], embed: { title: "t", description: "d".repeat(size - 1), color: 0 } };
}

function waiting(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: `m${index}`,
    kind: "milestone" as const,
    facts: { ...FACTS.milestone, crossed: [(index + 1) * 5] },
    queued_at: `2026-02-${(1 + (index % 28)).toString().padStart(2, "0")}T10:00:00Z`,
  }));
}

describe("posts", () => {
  it("hold ten embeds and six thousand characters at most, in order, and are as few as that allows", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 4000 }), { maxLength: 40 }), (sizes) => {
        const posts = packPosts(sizes.map((size, index) => item(index, size)));
        expect(posts.flatMap(idsOf)).toEqual(sizes.map((_, index) => `m${index}`));
        for (const [index, post] of posts.entries()) {
          const size = post.items.reduce((sum, { embed }) => sum + sizeOf(embed), 0);
          expect(post.items.length).toBeLessThanOrEqual(10);
          expect(size).toBeLessThanOrEqual(6000);
          const next = posts[index + 1]?.items[0];
          if (next !== undefined) expect(post.items.length === 10 || size + sizeOf(next.embed) > 6000).toBe(true);
        }
      }),
    );
  });

  it("ping nobody", () => {
    expect(packPosts([item(1, 5)]).map(bodyOf)).toEqual([
      { embeds: [{ title: "t", description: "dddd", color: 0 }], allowed_mentions: { parse: [] } },
    ]);
  });

  it("ping the role of an item in them, once", () => {
    const role = "123456789012345678";
    const [post] = packPosts([item(1, 5), { ...item(2, 5), mention: role }, { ...item(3, 5), mention: role }]);
    expect(post && bodyOf(post)).toMatchObject({ content: `<@&${role}>`, allowed_mentions: { roles: [role] } });
  });

  it("are none for nothing", () => {
    expect(packPosts([])).toEqual([]);
  });
});

describe("the digest", () => {
  it("is not made for ten messages", () => {
    expect(deliverablesOf(waiting(10), { name: "x" }).map(({ ids }) => ids.length)).toEqual(Array(10).fill(1));
  });

  it("tells the oldest of forty-six in one embed, a line each, and carries their ids", () => {
    const page = "https://github.com/octo/app/blob/token-budget/README.md";
    const linked = waiting(46).map((message) => ({ ...message, facts: { ...message.facts, page } }));
    const items = deliverablesOf(linked, { name: "x" });
    expect(items).toHaveLength(10);
    expect(items[0]?.ids).toEqual(Array.from({ length: 37 }, (_, index) => `m${index}`));
    expect(items[0]?.embed.title).toBe("📬 37 earlier messages");
    const lines = items[0]?.embed.description?.split("\n") ?? [];
    expect(lines.pop()).toBe(`[Books](${page})`);
    expect(lines).toHaveLength(37);
    expect(lines.slice(0, 2)).toEqual(["1 Feb · 🚀 $5 Milestone Reached!", "2 Feb · 🚀 $10 Milestone Reached!"]);
    expect(items[1]?.ids).toEqual(["m37"]);
  });

  it("keeps the newest lines when not all of them fit", () => {
    const resets = waiting(200).map((message) => ({
      ...message,
      kind: "reset" as const,
      facts: { ...FACTS.reset, actor: "a".repeat(90) },
    }));
    const lines = deliverablesOf(resets, { name: "x" })[0]?.embed.description?.split("\n") ?? [];
    expect(lines[0]).toMatch(/^… 1\d\d messages before these$/);
    expect(Number(lines[0]?.match(/\d+/)?.[0]) + lines.length - 1).toBe(191);
  });
});
