import { renderBash } from "./bash.ts";
import { renderFish } from "./fish.ts";
import { type CompletedCommand, grammar, SHELLS, type Shell } from "./grammar.ts";
import { renderPowershell } from "./powershell.ts";
import { renderZsh } from "./zsh.ts";

const RENDERERS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
  powershell: renderPowershell,
};

/** The script that completes this program in a shell; undefined for an unknown shell. */
export function completionScript(shell: string): string | undefined {
  const known = SHELLS.find((name) => name === shell);
  return known === undefined ? undefined : RENDERERS[known](grammar());
}

export { SHELLS };
