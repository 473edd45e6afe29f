// The switch between light and dark. It runs in every page, from a folder as well as from a server.

const KEY = "token-budget-look";
type Look = "light" | "dark";

const root = document.documentElement;
const button = document.getElementById("look");
const system = matchMedia("(prefers-color-scheme: dark)");

/** A browser may keep nothing, as one does for pages opened from a folder. */
function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(look: Look): void {
  try {
    localStorage.setItem(KEY, look);
  } catch {}
}

function current(): Look {
  const chosen = root.dataset["look"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

function name(): void {
  if (button === null) return;
  const isDark = current() === "dark";
  button.textContent = isDark ? "Light" : "Dark";
  button.setAttribute("aria-label", isDark ? "Switch to light colors" : "Switch to dark colors");
  button.hidden = false;
}

const before = kept();
if (before === "light" || before === "dark") root.dataset["look"] = before;
name();
system.addEventListener("change", name);
button?.addEventListener("click", () => {
  const next = current() === "dark" ? "light" : "dark";
  root.dataset["look"] = next;
  keep(next);
  name();
});
