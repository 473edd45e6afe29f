import type { Ports } from "../../commands/operation/ports.ts";
import { channelSecrets } from "../machine/channels.ts";
import { redactor } from "../machine/redact.ts";
import type { MeterBooks } from "./books.ts";

/** An agent waits for the answer: the books are tried for so long. */
const PATIENCE_MS = 30_000;

/** Everything that a meter's questions reach outside its process. */
export async function portsFor(books: MeterBooks): Promise<Ports> {
  const { context, token, databaseUrl, discordWebhook, channels, variables, inputs, folder } = books;
  const env = { ...process.env, ...variables };
  if (context === null) {
    const { terminalPorts } = await import("../terminal/ports.ts");
    const secrets = { GITHUB_TOKEN: token, DISCORD_WEBHOOK: discordWebhook, TOKEN_BUDGET_CHANNELS: channels };
    const at = { ...env, ...secrets, TOKEN_BUDGET_DATABASE_URL: databaseUrl };
    return terminalPorts(at, folder, { ...inputs, channelUse: "wanted" });
  }
  const [{ actionPorts }, { channelsFor }] = await Promise.all([
    import("../action/ports.ts"),
    import("../action/channels.ts"),
  ]);
  const address = databaseUrl === undefined ? undefined : await import("../../store/postgres/address.ts");
  const ofDatabase = address?.secretsOf(databaseUrl ?? "") ?? [];
  const redact = redactor([token ?? "", ...ofDatabase, discordWebhook ?? "", ...channelSecrets(channels ?? "")]);
  const to = await channelsFor({ discordWebhook, channels }, env, true);
  return actionPorts({
    ...{ env, context, inputs: { ...inputs, githubToken: token, databaseUrl }, patienceMs: PATIENCE_MS },
    ...{ webhook: to.webhook, channels: to.channels },
    // Nobody reads what this process prints.
    io: { info: () => {}, mask: () => {}, redact },
  });
}
