import { isAbsolute, resolve } from "node:path";
import type { Environment } from "../action/inputs.ts";
import { inHome } from "./default-places.ts";

/** A path as a workflow names it, absolute: `~/` is the home folder, anything else is in the workspace. */
export function absolute(pattern: string, env: Environment): string {
  const path = home(pattern, env);
  return isAbsolute(path) ? path : resolve(workspace(env), path);
}

/** Where a workflow's relative paths begin. */
export function workspace({ GITHUB_WORKSPACE }: Environment): string {
  return GITHUB_WORKSPACE || ".";
}

/** A path or glob whose `~/` is spelled out. */
export function home(pattern: string, env: Environment): string {
  return (/^~[/\\]/.test(pattern) ? inHome(pattern.slice(2), env) : undefined) ?? pattern;
}

/** Globs are written with slashes; on Windows people also write paths with backslashes. */
export function slashed(pattern: string, platform: NodeJS.Platform = process.platform): string {
  return platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
}
