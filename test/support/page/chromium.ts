import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { patient } from "../pace/pace.ts";

const KNOWN_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Where this machine has a Chromium or Chrome; undefined where it has none that we know of. */
export function chromiumPath(): string | undefined {
  return [process.env["CHROME_PATH"] ?? "", ...KNOWN_PLACES].find((path) => path !== "" && existsSync(path));
}

/** A headless browser that talks to nobody. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: patient(120_000),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
}
