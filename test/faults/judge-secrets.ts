import type { Breach, Evidence } from "./judge.ts";

/** Law secrets: no token and no webhook in a log, output, summary, saved state, file or commit message. */
export function judgeSecrets({ world, lives }: Evidence): Breach[] {
  const secrets = [...world.steps.map(({ token }) => token), world.discord.webhookToken, ...world.keeper.secrets];
  const told = world.steps.flatMap(({ plan, result }) => {
    if (result === undefined) return [];
    const { outputs, summary, log, env, state } = result;
    return [{ where: `what ${plan.name} left`, text: JSON.stringify({ outputs, summary, log, env, state }) }];
  });
  const kept = lives.flatMap(({ versions }) =>
    versions.map(({ oid, message, files }) => ({
      where: `the commit ${oid.slice(0, 7)}`,
      text: [message, ...[...files].flat()].join("\n"),
    })),
  );
  return [...told, ...kept]
    .filter(({ text }) => secrets.some((secret) => text.includes(secret)))
    .map(({ where }) => ({ law: "secrets", what: `a secret is in ${where}` }));
}
