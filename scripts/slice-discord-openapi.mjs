// Cuts Discord's published OpenAPI description down to the one call the budget makes: posting to a webhook.
// Usage: node scripts/slice-discord-openapi.mjs <path of the description>
import { readFileSync, writeFileSync } from "node:fs";
import { carryRefs, closeObjects, prune } from "./slice-schema.mjs";

const PATH = "/webhooks/{webhook_id}/{webhook_token}";
// What the budget never sends and no answer to it holds: most of the description's weight.
const UNUSED = [
  "activity",
  "application",
  "attachments",
  "call",
  "components",
  "interaction",
  "interaction_metadata",
  "message_snapshots",
  "poll",
  "referenced_message",
  "resolved",
  "role_subscription_data",
  "sticker_items",
  "stickers",
  "thread",
];

const [source] = process.argv.slice(2);
if (!source) throw new Error("usage: node scripts/slice-discord-openapi.mjs <Discord's openapi.json>");
const api = JSON.parse(readFileSync(source, "utf8"));
const operation = api.paths[PATH].post;

function light(name) {
  const schema = prune(api.components.schemas[name]);
  // The description gives a field's error a number as its code; Discord answers words, as its reference shows.
  if (name === "InnerErrors") {
    const error = {
      type: "object",
      properties: { code: { type: "string" }, message: { type: "string" } },
      required: ["code", "message"],
    };
    return { ...schema, properties: { _errors: { type: "array", items: error } } };
  }
  if (!schema.properties || !/^(MessageResponse|IncomingWebhookRequestPartial)$/.test(name)) return schema;
  const kept = Object.entries(schema.properties).filter(([key]) => !UNUSED.includes(key));
  return { ...schema, properties: Object.fromEntries(kept) };
}

const body = { $ref: "#/components/schemas/IncomingWebhookRequestPartial" };
const responses = {
  200: { $ref: "#/components/schemas/MessageResponse" },
  204: true,
  429: { $ref: "#/components/schemas/RatelimitedResponse" },
  "4XX": { $ref: "#/components/schemas/ErrorResponse" },
};
for (const status of Object.keys(responses))
  if (!operation.responses[status]) throw new Error(`No answer ${status} in the description`);

const answers = carryRefs(responses, light);
const requests = carryRefs(body, (name) => closeObjects(light(name)));
const slice = {
  source: `Discord's published OpenAPI description, ${api.servers[0].url}`,
  operations: {
    [`POST ${PATH}`]: {
      query: operation.parameters.filter((it) => it.in === "query").map((it) => it.name),
      body,
      responses,
    },
    errors: { responses: { any: { $ref: "#/components/schemas/ErrorResponse" } } },
  },
  components: { schemas: { ...answers, ...requests } },
};
const text = `${JSON.stringify(slice)}\n`;
writeFileSync(new URL("../test/support/discord/openapi.json", import.meta.url), text);
process.stdout.write(`${text.length} bytes, ${Object.keys(slice.components.schemas).length} schemas\n`);
