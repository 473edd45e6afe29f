import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseWebhook } from "../../src/notify/discord/webhook.ts";
import { sectionsIn } from "./pages.ts";

const section = sectionsIn(readFileSync("README.md", "utf8")).find(({ anchor }) => anchor === "hosts");
const hosts = [...(section?.text ?? "").matchAll(/`([a-z]+(?:\.[a-z]+)+)`/g)].map(([, host = ""]) => host);
const discord = hosts.filter((host) => host.includes("discord"));

describe("the hosts that the README names", () => {
  it("are GitHub's API and archives, Discord's and Slack's", () => {
    expect(hosts).toEqual(["api.github.com", "codeload.github.com", ...discord, "hooks.slack.com"]);
    expect(readFileSync("src/notify/parse-channels.ts", "utf8")).toContain('"https://hooks.slack.com"');
    for (const file of ["src/edges/action/context.ts", "src/edges/terminal/ports.ts"]) {
      expect(readFileSync(file, "utf8")).toContain('"https://api.github.com"');
    }
  });

  it.each(discord)("have webhooks that are accepted: %s", (host) => {
    expect(() => parseWebhook(`https://${host}/api/webhooks/123456789012345678/${"a".repeat(68)}`, {})).not.toThrow();
  });

  it("are all that the webhook may name", () => {
    const source = readFileSync("src/notify/discord/webhook.ts", "utf8");
    const [, list = ""] = /const DISCORD = \[(.*?)\]/s.exec(source) ?? [];
    expect([...list.matchAll(/"([^"]+)"/g)].map(([, host]) => host).toSorted()).toEqual(discord.toSorted());
  });
});
