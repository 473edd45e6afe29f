// Which room may import which, from the innermost to the edges, and what a pure room may know of the outside.
const PURE = ["values", "usage", "pricing", "forecast", "books", "insight", "export", "inputs"];
/** Pure parts of rooms that aren't. */
const PURE_PARTS = ["meter/reading"];

/** What each room imports beside its own files. */
const MAY_IMPORT = {
  values: [],
  usage: ["values"],
  pricing: ["values", "usage"],
  forecast: ["values"],
  books: ["values", "usage", "pricing", "forecast"],
  insight: ["values", "usage", "pricing", "forecast", "books"],
  export: ["values", "usage", "pricing", "forecast", "books", "insight"],
  inputs: ["values", "usage", "pricing", "books", "insight"],
  report: PURE,
  notify: PURE,
  store: PURE,
  meter: PURE,
  commands: [...PURE, "report", "notify", "store", "meter"],
};

/** What each room of the books imports beside its own files, and the files that all of them build on. */
const BOOKS_MAY_IMPORT = {
  file: ["alerts", "messages"],
  estimate: [],
  limits: ["estimate"],
  alerts: ["limits"],
  messages: ["estimate", "limits", "alerts"],
  gate: ["file", "estimate", "limits", "messages"],
  settle: ["file", "estimate", "limits", "messages"],
};

/** Files of the books' own folder that use its rooms: the operations, and what is done at every one of them. */
const OPERATIONS =
  "adjust|anomaly|decide|done|done-before|judge|judge-chance|memory|operations|pause|recap|release|reset|rests-on|start|upkeep";
const BUILT_ON = `^src/books/(?!(${OPERATIONS})\\.ts$)[^/]+\\.ts$`;

const wallsOfBooks = [
  ...Object.entries(BOOKS_MAY_IMPORT).map(([room, others]) => ({
    name: `walls-of-books-${room}`,
    severity: "error",
    from: { path: `^src/books/${room}/` },
    to: { path: "^src/books/", pathNot: [`^src/books/(${[room, ...others].join("|")})/`, BUILT_ON] },
  })),
  {
    name: "walls-of-books",
    severity: "error",
    from: { path: BUILT_ON },
    to: { path: "^src/books/", pathNot: BUILT_ON },
  },
];

/** The doors of each sub-room: its files that other rooms may import. Every other file is for its own room alone. */
export const DOORS = {
  "books/alerts": ["acknowledge", "alert-text", "in-time", "listed", "resolve"],
  "books/file": ["decode", "encode", "moved"],
  "books/gate": ["denial", "extend", "most-cost"],
  "books/limits": ["ahead", "figures", "noted", "parts"],
  "books/messages": ["channels", "facts", "leases", "recap-facts"],
  "books/settle": ["charge", "recall", "sessions"],
  "books/verify": ["repeated-ids", "replay"],
  "export/api": ["api", "api-index", "live"],
  "export/focus": ["focus"],
  "inputs/commands": ["table", "texts"],
  "inputs/policy": ["decode", "policy", "policy-path", "usable"],
  "insight/allocation": [
    "shares",
    "statement",
    "statement-number",
    "statement-page",
    "statement-rules",
    "statement-status",
  ],
  "insight/attribution": ["attribute", "people", "query", "report", "row-change"],
  "insight/dashboard": ["dashboard", "run-columns", "runs", "spans"],
  "report/answer": ["commit-message"],
  "report/chart": ["charts", "ledger-charts"],
  "report/html": ["site"],
  "report/markdown": ["page", "pull-comment", "summary"],
  "report/model": ["view"],
  "meter/reading": ["route"],
  "report/terminal": ["meter-line", "screen", "table", "terminal"],
  "notify/discord": ["webhook"],
  "store/files": ["paths"],
  "store/folder": ["raw", "store"],
  "store/github": ["approvals", "client", "comments", "facts", "page-url", "policy", "raw", "role", "store", "user"],
  "store/moving": ["audit", "move-books", "raw-store"],
  "store/postgres": ["address", "connection", "facts", "migrate", "raw", "store"],
  "commands/doctor": ["doctor"],
  "commands/meter": [
    "alert-overrun",
    "codex-config",
    "extend",
    "gemini-defaults",
    "meter-read",
    "plan",
    "pointing",
    "watched-cost",
    "unmetered",
    "not-started",
  ],
  "commands/operation": ["asked-pull", "attempt", "delivery", "ports", "write-comments"],
  "commands/outcome": ["outcome", "problem", "unforeseen"],
  "edges/action": ["action", "actions-io"],
  "edges/machine": ["reading", "reading-process"],
  "edges/meter": ["meter"],
  "edges/terminal": ["terminal"],
  "usage/readers": ["own-record"],
};

const THROUGH_DOORS = Object.entries(DOORS).map(([room, files]) => `^src/${room}/(${files.join("|")})\\.ts$`);

const PACKAGES_OF_PURE_ROOMS = "(^|/)node_modules/(zod|yaml|csv-stringify|@date-fns/tz|@pydantic/genai-prices)/";

const walls = Object.entries(MAY_IMPORT).map(([room, others]) => ({
  name: `walls-of-${room}`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: `^src/(${[room, ...others].join("|")})/` },
}));

export default {
  forbidden: [
    ...walls,
    ...wallsOfBooks,
    {
      name: "sub-rooms-have-doors",
      severity: "error",
      from: { path: "^src/([^/]+)" },
      to: { path: "^src/[^/]+/[^/]+/", pathNot: ["^src/$1/", ...THROUGH_DOORS] },
    },
    {
      name: "edges-know-no-entry",
      severity: "error",
      from: { path: "^src/edges/" },
      to: { path: "^src/(main|cli|usage-reader)\\.ts$", pathNot: "^src/usage-reader\\.ts$" },
    },
    {
      name: "pure-rooms-know-no-outside",
      severity: "error",
      from: { path: `^src/(${[...PURE, ...PURE_PARTS].join("|")})/` },
      to: { pathNot: ["^src/", PACKAGES_OF_PURE_ROOMS] },
    },
    {
      name: "reading-knows-what-was-used",
      severity: "error",
      from: { path: "^src/meter/reading/" },
      to: { path: "^src/", pathNot: "^src/(meter/reading|values|usage|pricing)/" },
    },
    {
      name: "charts-know-no-outside",
      severity: "error",
      from: { path: "^src/report/chart/" },
      to: { pathNot: [`^src/(${PURE.join("|")}|report)/`, "(^|/)node_modules/(@types/)?d3-(array|scale|shape)/"] },
    },
    {
      name: "pages-know-no-outside",
      severity: "error",
      from: { path: "^src/report/html/" },
      to: { pathNot: `^src/(${PURE.join("|")}|report)/` },
    },
    {
      name: "environment-at-the-edges-alone",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(edges/|main|cli|usage-reader)" },
      to: { path: "^(node:)?process$" },
    },
    { name: "no-circle-of-files", severity: "error", from: { path: "^src/" }, to: { circular: true } },
    {
      name: "no-circle-of-rooms",
      severity: "error",
      scope: "folder",
      from: { path: "^src/[^/]+$" },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
