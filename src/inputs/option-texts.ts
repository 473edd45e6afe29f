import { AGENTS, type OptionName } from "./options.ts";

/**
 * What action.yml, the reference and a command's help say about each input and option, unit and default included. No
 * gate loads it: what the parser needs is in options.ts.
 */
export const OPTION_TEXTS: Readonly<Record<OptionName, string>> = {
  "github-token":
    "The token that reads and writes the books; it requires contents: write. Default: the workflow's own token.",
  repository: "The repository that keeps the books, as owner/name. Default: the workflow's own repository.",
  branch: "The branch that keeps the books; it is created on first use. Default: token-budget.",
  path: "The state file's path inside the repository. Default: token_budget.json.",
  "database-url":
    "The URL of a PostgreSQL database that keeps the books instead of a branch, postgresql://user:password@host:5432/database, from a secret; at a terminal it comes from TOKEN_BUDGET_DATABASE_URL. Then repository is the repository that has the policy, and branch and path mean nothing. Default: none, so the books are on a branch.",
  books:
    "The name of the books in the database; runs with the same name share one budget. Default: the books' repository.",
  "database-ca":
    "The certificate authority of the database's server: PEM, or the path of a file. Default: the authorities that Node trusts.",
  "monthly-budget":
    "The dollars that may be spent in one calendar month. If the policy file sets it too, a smaller value here applies to this decision only. Otherwise it becomes the budget of the books when a run of the default branch is allowed or booked with it. Default: the last value in the books, initially 15.",
  timezone:
    "The IANA time zone whose calendar months the budget follows, such as Europe/Berlin; a change takes effect at the end of the month. Default: the last value in the books, initially UTC.",
  "milestone-interval": "The dollars between two milestones; each is announced once a month. Default: 5.",
  alerts: "The percentages of the budget at which to warn, ascending, or none. Default: 75, 90.",
  name: "The budget's name in messages. Default: AI Orchestration.",
  notify:
    "The kinds of messages that go to the channel: any of milestone, alert, exhausted, recap, reset, adjust, warning, anomaly, forecast, escalation, pause, approval, start, complete, or all, or none. Default: all but start and complete.",
  estimate:
    "The dollars the next execution is expected to cost, or auto for the 90th percentile of the profile's last 20 costs. Default: auto.",
  "default-estimate": "The estimate in dollars while auto has fewer than 3 costs to work from. Default: 0.055.",
  profile: "The name under which costs are remembered for later estimates. Default: the workflow's name.",
  model: "The model in use; if there are several, one per line. Default: the models that the usage file names.",
  provider:
    "The provider that serves the model, such as anthropic or openai: one line for all models or one line per model. Default: derived from the model's name.",
  "input-tokens":
    "All tokens that went into the model, including cached ones, one number per line in the order of model. Default: the count in the usage file.",
  "cached-input-tokens":
    "How many of the input tokens were read from the provider's cache, one number per line in the order of model. Default: 0.",
  "output-tokens":
    "All tokens that came out of the model, including reasoning, one number per line in the order of model. Default: the count in the usage file.",
  cost: "What the execution cost in dollars, if that is known. Default: calculated from its tokens.",
  "usage-file":
    "The files in which the agent left its usage: paths and globs, one per line; several files add up. Default: the places where known tools leave theirs.",
  meter:
    "Whether a meter between the agent and its provider counts what the run uses while it runs, and stops it at its cap: true or false. Default: false.",
  "max-cost":
    "The dollars that a metered run may cost at most, whatever is left; if the policy file sets it too, the smaller one applies. Default: none.",
  overrun:
    "What happens once a metered run has cost what was set aside for it: extend sets more aside while the budget has room and stops the run when it hasn't; warn only reports it; stop ends the run at max-cost, otherwise at an estimate in dollars. Default: extend.",
  "overrun-alert":
    "The percentage of its estimate at which a metered run is announced to the channels while it runs. Default: 110.",
  "meter-usage":
    "Where the meter asks for the usage of streams that only report it on request: exact also at hosts beyond the providers' own, passive nowhere, so that no request is changed. Default: only at OpenAI's and OpenRouter's own hosts.",
  "meter-models":
    "Whether a metered run may use any model, or only those of the policy's models at or below the step that it was allowed at: any or enforce. Default: any.",
  hold: "The id of the hold to settle or release: check's output hold. Default: the open hold of the same job.",
  id: "An id that you choose for this operation: repeated with the same id, it is booked only once. Default: a random id.",
  "hold-minutes": "The minutes after which an unsettled hold is charged at its estimate. Default: 360.",
  "on-deny": "Whether a denial makes the step fail or only sets the outputs: fail or continue. Default: fail.",
  "on-error": "What to answer if the books can't be read or written: deny or allow. Default: deny.",
  unsettled:
    "Whether a run without a usage file is charged at its estimate or has its hold released: charge or release. Default: charge.",
  billing:
    "How the run is paid for: metered is charged; subscription is covered by a flat fee and only recorded. Default: metered.",
  result: "How the execution ended: success, failure or cancelled. Default: the job's status.",
  "agent-outcome":
    "How the agent's step ended (steps.ID.outcome), one line per agent: if no agent started and no usage is found, the hold is released. Default: unknown, which counts the agent as started.",
  pr: "The pull request that the execution opened: its number or URL. Default: none.",
  prs: "How many pull requests the execution opened. Default: 1 if pr is given, otherwise 0.",
  outcomes: "Your figures about the run's results, as key=number lines such as lines=240. Default: none.",
  tags: "What the run belongs to, as key=value lines such as agent=dev-lead; at most 20, with keys of up to 64 and values of up to 256 characters. Default: none.",
  priority:
    "How important the run is: high, normal or low; the policy's admit can keep the end of the month for important runs. Default: normal.",
  approval:
    "The protected environment whose approval of this run opens the overage or the reserve for one hold; it requires actions: read. Default: none.",
  "discord-webhook": "The URL of the Discord webhook that messages go to; keep it in a secret. Default: no messages.",
  channels:
    "More channels for messages, one per line: name=url for Discord or Slack, name=url key for a host of the policy that gets signed JSON; keep it in a secret. Default: none.",
  comment:
    "Whether a comment on the run's pull request shows what it costs: true, false, or full, which also shows what is left of the month; it requires pull-requests: write. Default: false.",
  "comment-token":
    "The token that writes the comment; it changes only comments of the same account. Default: the workflow's own token.",
  month: "The month of the recap or the statements, such as 2026-02. Default: the last closed month.",
  period:
    "The span to recap instead of a month, or to report on: a day, week, month, quarter or year such as 2026-02-14, 2026-W07, 2026-Q1 or 2026, two days with a slash between them, or a name such as yesterday, last-week or last-30-days. Default: none; report takes this-month, and the charts bridge, heat, runs and models the month so far.",
  by: "What a report's rows are grouped by, up to three separated by commas: model, provider, agent-part, profile, activity, workflow, job, run, repository, actor, event, ref, result, quality, pr, budget, hour, day, week, month or tag:NAME. The charts split and bridge take one. Default: model.",
  compare:
    "The span that a report is compared with: previous (the one of the same length before), year-ago, or any other span, or none. Default: none.",
  sort: "The order of a report's rows: by cost, executions, tokens, change or name. Default: cost.",
  top: "How many rows of a report are shown; the rest are added up in one row. Default: all; 50 where people read it.",
  format:
    "The form of a report or of statements: terminal, markdown, json, csv, or, of a report, focus (FinOps Foundation's cost and usage columns). Default: what the ending of output says, otherwise markdown in a workflow and terminal at a terminal.",
  output:
    "The file that the report or the statements are written to, relative to the workspace or the current folder. Default: none; a report in a workflow goes to token-budget-report-PERIOD.EXTENSION as json, csv and focus. For dashboard, the folder that its pages are written to; default: site. For chart, the picture, whose name ends with .svg or .png; required.",
  people:
    "Whether a report or a dashboard names actors and pull requests or has hashes instead: shown or none. Default: shown.",
  "focus-version": "The version of FOCUS that a report is written in: 1.2, 1.3 or 1.4. Default: 1.3.",
  grain: "Whether a FOCUS report has its rows by run or added up by day: run or day. Default: run.",
  "billed-cost":
    "What BilledCost is in a FOCUS report: amount, or zero beside the bills of the providers themselves. Default: amount.",
  force: "Whether to post a recap again that was already posted: true or false. Default: false.",
  post: "Whether recap posts the month or only shows it: true or false. Default: true; with month false, unless force is true.",
  reason:
    "Why the month is reset, money is moved, runs are paused or resumed, or a statement is paid or void; kept in the books. Required by reset, adjust and pause, and by paid and void, no default.",
  adjustment:
    "How money moves: top-up adds to the month's budget, grant opens part of its reserve, transfer moves money between two sub-budgets, correct books what the books missed. Required by adjust, no default.",
  amount:
    "The amount with its unit, such as 1 USD or 5000 tokens; 5 and $5 are dollars. correct also accepts a negative amount. Required by adjust, no default.",
  from: "The sub-budget that a transfer takes from. Required by transfer, no default.",
  to: "The sub-budget that a transfer or grant goes to. Required by transfer, no default.",
  until:
    "The day on which the unused part of a transfer is returned, or a pause ends, such as 2026-02-24; a pause also accepts an instant such as 2026-02-24T18:00Z. Default: it is never returned, and a pause ends with resume.",
  below: "Pauses only runs with a lower priority than this one: normal. Default: every run waits.",
  acknowledge:
    "The id of an alert that you take on, such as A-0214-3; in a workflow, only by hand on the default branch, by people who can write to the repository. Default: none, alerts lists them.",
  note: "What you say about the alert that you acknowledge; kept in the books. Default: nothing.",
  all: "Whether alerts also lists those that are resolved: true or false. Default: false.",
  since:
    "The day since which alerts lists every alert, resolved or not, from the ledger, such as 2026-02-01. Default: those that are open.",
  repair: "Whether verify replaces figures that differ from the ledger: true or false. Default: false.",
  "test-message": "Whether doctor posts a test message to the channel: true or false. Default: false.",
  "reset-channel":
    "The channel that may have another address from now on; doctor changes it, for maintainers. Default: none.",
  pictures:
    "Whether messages to Discord carry their chart as a picture: all or none; notify: pictures: in the policy file takes precedence. Default: all.",
  chart: "The chart to draw: month, days, budgets, split, bridge, heat, runs or models. Required, no default.",
  theme: "The ground of a chart: light or dark. Default: light in a PNG; an SVG follows its reader's system.",
  watch: "Whether status shows the books again and again until it is interrupted: true or false. Default: false.",
  interval:
    "The seconds between two looks of status --watch or serve at the books. Default: 10; 1 for serve with books that aren't in GitHub.",
  host: "The address of this machine that serve listens on. Any but a loopback one needs TOKEN_BUDGET_SERVE_TOKEN. Default: 127.0.0.1.",
  port: "The port that serve listens on; 0 is any free one. Default: 8484.",
  "behind-tls":
    "Whether a proxy that ends TLS is in front of serve: true or false. Only then does serve take GitHub tokens on a host that isn't loopback. Default: false.",
  "public-name":
    "The name by which people reach serve, such as budget.example.com; give it again for each other name. Default: none; localhost and IP addresses always work.",
  copy: "Whether move only copies the books: true or false. They stay where they are, and the next copy has only what is new. Default: false.",
  restore:
    "Whether move makes books of a copy that --copy made, where the books themselves are lost: true or false. Default: false.",
  wait: "Whether move waits until no hold is open: true or false. Default: false, so it refuses then.",
  task: "What to do with the database: migrate makes the tables or brings them up to date.",
  writer: "The database role of the workflows, for which the GRANTs are printed. Default: token_budget_writer.",
  agent: `The agent to write a workflow for: ${AGENTS.join(", ")}. Required if there is no terminal to ask at.`,
  "run-cost":
    "The dollars that one run usually costs; the estimate until costs are known. Default: a guess for the agent.",
  workflows:
    "The workflows for maintainers to write as well: top-up, reset, alerts, recap, separated by commas, or all, or none. recap needs --discord. Default: none.",
  discord: "Whether the workflow sends messages to a Discord channel: true or false. Default: false.",
  yes: "Asks nothing: init uses the default for everything that isn't given, reset resets. Default: false.",
  "dry-run": "Shows what would be written, and writes nothing. Default: false.",
  "job-index": "Which job of a matrix this is, counted from 0; don't set it. Default: the job's index.",
  "job-total": "How many jobs the matrix has; don't set it. Default: the matrix's total.",
  "check-run": "The number that GitHub gives this job; don't set it. Default: the job's number.",
  json: "Prints the answer as JSON. Default: false.",
  verbose: "Prints the month's table, too, and what was booked in detail. Default: false.",
  quiet: "Prints only errors; the exit code is the answer. Default: false.",
  entity: "The entity of the policy whose statement is meant. Default: all of them.",
  internal:
    "Whether statements for clients also show what is known only inside the house, such as cost and margin: true or false. Default: false.",
  issue:
    "Whether the statements of a closed month are issued, with a number and files that never change: true or false. Default: false.",
  list: "Whether to list the statements that were issued: true or false. Default: false.",
  paid: "The number of an issued statement that was paid; reason says how. Default: none.",
  void: "The number of an issued statement that is void; the next one for the same month replaces it, and reason says why. Default: none.",
};
