// Generated from examples/: change those, then run npm run generate.
import type { Maintenance } from "../../../inputs/list-kinds.ts";
import type { Agent } from "../../../inputs/options.ts";
import type { MeteredAgent, Template } from "./template.ts";

export const TEMPLATES: Readonly<Record<Agent, Template>> = {
  "claude-code": {
    "path": ".github/workflows/claude-code.yml",
    "text": "# Claude Code does what you ask for, if there is money left this month: one step before it protects the whole job.\n# Start it manually under Actions. Needs the secret ANTHROPIC_API_KEY; DISCORD_WEBHOOK is optional.\nname: claude-code\non:\n  workflow_dispatch:\n    inputs:\n      prompt:\n        description: What Claude should do\n        required: true\npermissions: {}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    permissions:\n      contents: write # token-budget keeps its books on a branch; Claude pushes its own\n      pull-requests: write # for Claude\n      issues: write # for Claude\n      id-token: write # for Claude's GitHub App\n    steps:\n      - id: budget\n        uses: token-budget/token-budget@v0.2.0\n        with:\n          usage-file: ${{ runner.temp }}/claude-execution-output.json\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - id: agent\n        uses: anthropics/claude-code-action@24dcd50c0568f0fc9e9211213a4fd2d9eb15c4e0 # v1.0.200\n        with:\n          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}\n          prompt: ${{ inputs.prompt }}\n          claude_args: --max-budget-usd ${{ steps.budget.outputs.max-cost }}\n      # A second agent in this job overwrites this one's file: then book each one in a separate step after it.\n      # - if: always() && steps.agent.outcome != 'skipped'\n      #   uses: token-budget/token-budget@v0.2.0\n      #   with:\n      #     command: record\n      #     usage-file: ${{ steps.agent.outputs.execution_file }}\n",
    "secrets": [
      "ANTHROPIC_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run claude-code.yml -f prompt=\"…\""
    }
  },
  "codex": {
    "path": ".github/workflows/codex.yml",
    "text": "# Codex reviews every pull request, and a comment on it shows what its reviews cost. A fork's pull request is skipped,\n# without a failure: its token can't write the books. Needs the secret OPENAI_API_KEY.\nname: codex\non:\n  pull_request:\n    types: [opened, synchronize]\npermissions: {}\njobs:\n  review:\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n      pull-requests: write # for the comment\n    steps:\n      - id: budget\n        uses: token-budget/token-budget@v0.2.0\n        with:\n          usage-file: ~/.codex/sessions/**/rollout-*.jsonl\n          agent-outcome: ${{ steps.agent.outcome }}\n          comment: true\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - if: steps.budget.outputs.allowed == 'true'\n        uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          fetch-depth: 0\n          persist-credentials: false\n      - id: agent\n        if: steps.budget.outputs.allowed == 'true'\n        uses: openai/codex-action@e0fdf01220eb9a88167c4898839d273e3f2609d1 # v1.8\n        with:\n          openai-api-key: ${{ secrets.OPENAI_API_KEY }}\n          sandbox: read-only\n          prompt: |\n            Review the changes between ${{ github.event.pull_request.base.sha }} and HEAD.\n            Name bugs and risks, each with its file and line. Be brief.\n      - if: steps.agent.outputs.final-message != ''\n        env:\n          REVIEW: ${{ steps.agent.outputs.final-message }}\n        run: echo \"$REVIEW\" >> \"$GITHUB_STEP_SUMMARY\"\n",
    "secrets": [
      "OPENAI_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "event",
      "event": "pull_request"
    }
  },
  "gemini": {
    "path": ".github/workflows/gemini.yml",
    "text": "# Gemini CLI analyzes an issue when someone with permission labels it gemini, if there is money left this month.\n# Its answer goes to the job summary. Needs the secret GEMINI_API_KEY; DISCORD_WEBHOOK is optional.\nname: gemini\non:\n  issues:\n    types: [labeled]\npermissions: {}\njobs:\n  look:\n    if: github.event.label.name == 'gemini'\n    runs-on: ubuntu-latest\n    timeout-minutes: 15\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          usage-file: gemini-artifacts/stdout.log\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - id: agent\n        uses: google-github-actions/run-gemini-cli@f77273f4c914e4bf38440cf36a0369cb64a37489 # v0.1.22\n        env:\n          GEMINI_CLI_TRUST_WORKSPACE: \"true\" # otherwise it ends with exit code 55\n        with:\n          gemini_api_key: ${{ secrets.GEMINI_API_KEY }}\n          prompt: |\n            Which files of this repository is the following issue about, and what could be done? Five sentences at most.\n            ${{ github.event.issue.title }}\n      - env:\n          ANSWER: ${{ steps.agent.outputs.summary }}\n        run: echo \"$ANSWER\" >> \"$GITHUB_STEP_SUMMARY\"\n      # A second agent in this job overwrites this one's file: then book each one in a separate step after it.\n      # - if: always() && steps.agent.outcome != 'skipped'\n      #   uses: token-budget/token-budget@v0.2.0\n      #   with:\n      #     command: record\n      #     usage-file: gemini-artifacts/stdout.log\n",
    "secrets": [
      "GEMINI_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "event",
      "event": "issues"
    }
  },
  "opencode": {
    "path": ".github/workflows/opencode.yml",
    "text": "# opencode works on a task every Monday, or on your task when started manually.\n# It prints what each step used; its stream names no model, so the input model does. Needs the secret ANTHROPIC_API_KEY.\nname: opencode\non:\n  schedule:\n    - cron: \"20 6 * * 1\"\n  workflow_dispatch:\n    inputs:\n      prompt:\n        description: What opencode should do\n        default: Look for documentation that no longer fits the code, and list it.\npermissions: {}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          model: claude-sonnet-4-5\n          usage-file: ${{ runner.temp }}/opencode.jsonl\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - run: npm install --global opencode-ai@1.18.33\n      - id: agent\n        env:\n          ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}\n          PROMPT: ${{ inputs.prompt || 'Look for documentation that no longer fits the code, and list it.' }}\n        run: opencode run --model anthropic/claude-sonnet-4-5 --format json \"$PROMPT\" > \"$RUNNER_TEMP/opencode.jsonl\"\n",
    "secrets": [
      "ANTHROPIC_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run opencode.yml"
    }
  },
  "gh-aw": {
    "path": ".github/workflows/gh-aw.md",
    "text": "---\n# GitHub Agentic Workflows: a gate before the agent's job, and a booking after it. The agent itself can't write.\n# Copy it to .github/workflows/gh-aw.md; run gh aw compile. Needs your engine's secret; DISCORD_WEBHOOK is optional.\nname: gh-aw\non:\n  workflow_dispatch:\n  schedule: weekly\npermissions:\n  contents: read\n  issues: read\nengine: claude\nsafe-outputs:\n  create-issue:\n    max: 1\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    outputs:\n      allowed: ${{ steps.gate.outputs.allowed }}\n      hold: ${{ steps.gate.outputs.hold }}\n    steps:\n      - id: gate\n        uses: token-budget/token-budget@v0.2.0\n        with:\n          command: check\n          on-deny: continue\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n  agent:\n    needs: [gate]\n    if: needs.gate.outputs.allowed == 'true'\n  book:\n    needs: [gate, agent]\n    if: always() && needs.gate.outputs.allowed == 'true'\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - if: needs.agent.result == 'skipped'\n        uses: token-budget/token-budget@v0.2.0\n        with:\n          command: release\n          hold: ${{ needs.gate.outputs.hold }}\n      - if: needs.agent.result != 'skipped'\n        continue-on-error: true # without the file the estimate is charged\n        uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1\n        with:\n          name: firewall-audit-logs\n          path: ${{ runner.temp }}/firewall\n      - if: needs.agent.result != 'skipped'\n        uses: token-budget/token-budget@v0.2.0\n        with:\n          command: record\n          hold: ${{ needs.gate.outputs.hold }}\n          result: ${{ needs.agent.result }}\n          usage-file: ${{ runner.temp }}/firewall/api-proxy-logs/token-usage.jsonl\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n---\n\n# Documentation check\n\nLook for documentation in this repository that no longer matches the code. Open one issue that lists your findings,\neach with its file and line. If there are none, open no issue.\n",
    "secrets": [
      "ANTHROPIC_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run gh-aw.lock.yml"
    },
    "compile": "gh aw compile"
  },
  "script": {
    "path": ".github/workflows/script.yml",
    "text": "# No agent: a script calls a model's API and keeps the response body, in which the provider counts the tokens.\n# Start it manually under Actions. Needs the secret ANTHROPIC_API_KEY; DISCORD_WEBHOOK is optional.\nname: script\non:\n  workflow_dispatch:\n    inputs:\n      prompt:\n        description: What to ask\n        required: true\npermissions: {}\njobs:\n  ask:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          usage-file: ${{ runner.temp }}/response.json\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - id: agent\n        env:\n          ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}\n          PROMPT: ${{ inputs.prompt }}\n        run: |\n          node --input-type=module <<'SCRIPT'\n          import { appendFileSync, writeFileSync } from \"node:fs\";\n          const { ANTHROPIC_API_KEY, GITHUB_STEP_SUMMARY, PROMPT, RUNNER_TEMP } = process.env;\n          const response = await fetch(\"https://api.anthropic.com/v1/messages\", {\n            method: \"POST\",\n            headers: {\n              \"x-api-key\": ANTHROPIC_API_KEY,\n              \"anthropic-version\": \"2023-06-01\",\n              \"content-type\": \"application/json\",\n            },\n            body: JSON.stringify({\n              model: \"claude-sonnet-4-5\",\n              max_tokens: 2000,\n              messages: [{ role: \"user\", content: PROMPT }],\n            }),\n          });\n          const body = await response.text();\n          if (!response.ok) throw new Error(`HTTP ${response.status}: ${body}`);\n          writeFileSync(`${RUNNER_TEMP}/response.json`, body);\n          const texts = JSON.parse(body).content.map(({ text }) => text ?? \"\");\n          appendFileSync(GITHUB_STEP_SUMMARY, texts.join(\"\\n\"));\n          SCRIPT\n",
    "secrets": [
      "ANTHROPIC_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run script.yml -f prompt=\"…\""
    }
  }
};

export const METERED_TEMPLATES: Readonly<Record<MeteredAgent, Template>> = {
  "claude-code": {
    "path": ".github/workflows/claude-code.yml",
    "text": "# Claude Code with a meter: what it uses is counted while it runs, and at max-cost it is stopped. See https://github.com/token-budget/token-budget/blob/main/docs/meter.md\n# Start it manually under Actions. Needs the secret ANTHROPIC_API_KEY; DISCORD_WEBHOOK is optional.\nname: claude-code\non:\n  workflow_dispatch:\n    inputs:\n      prompt:\n        description: What Claude should do\n        required: true\npermissions: {}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    permissions:\n      contents: write # token-budget keeps its books on a branch; Claude pushes its own\n      pull-requests: write # for Claude\n      issues: write # for Claude\n      id-token: write # for Claude's GitHub App\n    steps:\n      - id: budget\n        uses: token-budget/token-budget@v0.2.0\n        with:\n          meter: true\n          max-cost: 1\n          usage-file: ${{ runner.temp }}/claude-execution-output.json\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - id: agent\n        uses: anthropics/claude-code-action@24dcd50c0568f0fc9e9211213a4fd2d9eb15c4e0 # v1.0.200\n        with:\n          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}\n          prompt: ${{ inputs.prompt }}\n          claude_args: --max-budget-usd ${{ steps.budget.outputs.max-cost }}\n",
    "secrets": [
      "ANTHROPIC_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run claude-code.yml -f prompt=\"…\""
    }
  },
  "codex": {
    "path": ".github/workflows/codex.yml",
    "text": "# Codex with a meter: its action gets the meter's address, and at max-cost the review is stopped. See https://github.com/token-budget/token-budget/blob/main/docs/meter.md\n# A fork's pull request is skipped, without a failure. Needs the secret OPENAI_API_KEY.\nname: codex\non:\n  pull_request:\n    types: [opened, synchronize]\npermissions: {}\njobs:\n  review:\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n      pull-requests: write # for the comment\n    steps:\n      - id: budget\n        uses: token-budget/token-budget@v0.2.0\n        with:\n          meter: true\n          max-cost: 0.50\n          usage-file: ~/.codex/sessions/**/rollout-*.jsonl\n          agent-outcome: ${{ steps.agent.outcome }}\n          comment: true\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - if: steps.budget.outputs.allowed == 'true'\n        uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          fetch-depth: 0\n          persist-credentials: false\n      - id: agent\n        if: steps.budget.outputs.allowed == 'true'\n        uses: openai/codex-action@e0fdf01220eb9a88167c4898839d273e3f2609d1 # v1.8\n        with:\n          openai-api-key: ${{ secrets.OPENAI_API_KEY }}\n          responses-api-endpoint: ${{ steps.budget.outputs.openai-responses-endpoint }}\n          sandbox: read-only\n          prompt: |\n            Review the changes between ${{ github.event.pull_request.base.sha }} and HEAD.\n            Name bugs and risks, each with its file and line. Be brief.\n      - if: steps.agent.outputs.final-message != ''\n        env:\n          REVIEW: ${{ steps.agent.outputs.final-message }}\n        run: echo \"$REVIEW\" >> \"$GITHUB_STEP_SUMMARY\"\n",
    "secrets": [
      "OPENAI_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "event",
      "event": "pull_request"
    }
  },
  "gemini": {
    "path": ".github/workflows/gemini.yml",
    "text": "# Gemini CLI with a meter: an issue gets the label gemini, and the answer may cost max-cost. See https://github.com/token-budget/token-budget/blob/main/docs/meter.md\n# Its answer goes to the job summary. Needs the secret GEMINI_API_KEY; DISCORD_WEBHOOK is optional.\nname: gemini\non:\n  issues:\n    types: [labeled]\npermissions: {}\njobs:\n  look:\n    if: github.event.label.name == 'gemini'\n    runs-on: ubuntu-latest\n    timeout-minutes: 15\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          meter: true\n          max-cost: 0.25\n          usage-file: gemini-artifacts/stdout.log\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - id: agent\n        uses: google-github-actions/run-gemini-cli@f77273f4c914e4bf38440cf36a0369cb64a37489 # v0.1.22\n        env:\n          GEMINI_CLI_TRUST_WORKSPACE: \"true\" # otherwise it ends with exit code 55\n        with:\n          gemini_api_key: ${{ secrets.GEMINI_API_KEY }}\n          prompt: |\n            Which files of this repository is the following issue about, and what could be done? Five sentences at most.\n            ${{ github.event.issue.title }}\n      - env:\n          ANSWER: ${{ steps.agent.outputs.summary }}\n        run: echo \"$ANSWER\" >> \"$GITHUB_STEP_SUMMARY\"\n",
    "secrets": [
      "GEMINI_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "event",
      "event": "issues"
    }
  },
  "opencode": {
    "path": ".github/workflows/opencode.yml",
    "text": "# opencode with a meter, every Monday or on your task: its titles, which its output leaves out, are counted as well.\n# It keeps no usage file. Needs the secret ANTHROPIC_API_KEY; at max-cost it is stopped. See https://github.com/token-budget/token-budget/blob/main/docs/meter.md\nname: opencode\non:\n  schedule:\n    - cron: \"20 6 * * 1\"\n  workflow_dispatch:\n    inputs:\n      prompt:\n        description: What opencode should do\n        default: Look for documentation that no longer fits the code, and list it.\npermissions: {}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          meter: true\n          max-cost: 1\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - run: npm install --global opencode-ai@1.18.33\n      - id: agent\n        env:\n          ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}\n          PROMPT: ${{ inputs.prompt || 'Look for documentation that no longer fits the code, and list it.' }}\n        run: opencode run --model anthropic/claude-sonnet-4-5 \"$PROMPT\"\n",
    "secrets": [
      "ANTHROPIC_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run opencode.yml"
    }
  },
  "script": {
    "path": ".github/workflows/script.yml",
    "text": "# A script with a meter: it asks where ANTHROPIC_BASE_URL says, so it needs to keep nothing. See https://github.com/token-budget/token-budget/blob/main/docs/meter.md\n# Start it manually under Actions. Needs the secret ANTHROPIC_API_KEY; DISCORD_WEBHOOK is optional.\nname: script\non:\n  workflow_dispatch:\n    inputs:\n      prompt:\n        description: What to ask\n        required: true\npermissions: {}\njobs:\n  ask:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          meter: true\n          max-cost: 0.25\n          agent-outcome: ${{ steps.agent.outcome }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n      - id: agent\n        env:\n          ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}\n          PROMPT: ${{ inputs.prompt }}\n        run: |\n          node --input-type=module <<'SCRIPT'\n          import { appendFileSync } from \"node:fs\";\n          const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, GITHUB_STEP_SUMMARY, PROMPT } = process.env;\n          const response = await fetch(`${ANTHROPIC_BASE_URL}/v1/messages`, {\n            method: \"POST\",\n            headers: {\n              \"x-api-key\": ANTHROPIC_API_KEY,\n              \"anthropic-version\": \"2023-06-01\",\n              \"content-type\": \"application/json\",\n            },\n            body: JSON.stringify({\n              model: \"claude-sonnet-4-5\",\n              max_tokens: 2000,\n              messages: [{ role: \"user\", content: PROMPT }],\n            }),\n          });\n          const body = await response.text();\n          if (!response.ok) throw new Error(`HTTP ${response.status}: ${body}`);\n          const texts = JSON.parse(body).content.map(({ text }) => text ?? \"\");\n          appendFileSync(GITHUB_STEP_SUMMARY, texts.join(\"\\n\"));\n          SCRIPT\n",
    "secrets": [
      "ANTHROPIC_API_KEY",
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run script.yml -f prompt=\"…\""
    }
  }
};

export const MAINTENANCE_TEMPLATES: Readonly<Record<Maintenance, Template>> = {
  "top-up": {
    "path": ".github/workflows/adjust.yml",
    "text": "# A maintainer moves money: tops up the month, grants from its reserve, transfers between sub-budgets, corrects books.\n# Only manually, on the default branch, by people with the role maintain or admin; the books keep reason and name.\nname: adjust\non:\n  workflow_dispatch:\n    inputs:\n      adjustment:\n        description: What to do\n        type: choice\n        required: true\n        options: [top-up, grant, transfer, correct]\n      amount:\n        description: How much, in dollars such as 1.50, or with its unit such as 20000 tokens\n        required: true\n      from:\n        description: For a transfer, the sub-budget that gives\n      to:\n        description: For a transfer or a grant, the sub-budget that receives\n      until:\n        description: For a transfer, the day on which the unused part is returned, such as 2026-02-24\n      tags:\n        description: For a correction, what it belongs to, such as agent=qa\n      reason:\n        description: Why; kept in the books\n        required: true\npermissions: {}\njobs:\n  adjust:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          command: adjust\n          adjustment: ${{ inputs.adjustment }}\n          amount: ${{ inputs.amount }}\n          from: ${{ inputs.from }}\n          to: ${{ inputs.to }}\n          until: ${{ inputs.until }}\n          tags: ${{ inputs.tags }}\n          reason: ${{ inputs.reason }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n",
    "secrets": [
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run adjust.yml -f adjustment=\"…\" -f amount=\"…\" -f reason=\"…\""
    }
  },
  "reset": {
    "path": ".github/workflows/reset.yml",
    "text": "# A maintainer resets the current month to zero; what was spent stays in the history, with reason and name.\n# Only manually, on the default branch, by people with the role maintain or admin.\nname: reset\non:\n  workflow_dispatch:\n    inputs:\n      reason:\n        description: Why the month is reset; kept in the books\n        required: true\npermissions: {}\njobs:\n  reset:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          command: reset\n          reason: ${{ inputs.reason }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n",
    "secrets": [
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run reset.yml -f reason=\"…\""
    }
  },
  "alerts": {
    "path": ".github/workflows/alerts.yml",
    "text": "# Every hour, escalates the alerts that nobody has acknowledged in time. Started manually, with an alert's id, you take\n# that alert on, with your name and a note: on the default branch, by people who can write to the repository.\nname: alerts\non:\n  schedule:\n    - cron: \"17 * * * *\"\n  workflow_dispatch:\n    inputs:\n      id:\n        description: The alert that you take on, such as A-0214-3; all open ones are listed when left empty\n      note:\n        description: What you say about it; kept in the books\npermissions: {}\njobs:\n  alerts:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          command: alerts\n          acknowledge: ${{ inputs.id }}\n          note: ${{ inputs.note }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n          channels: ${{ secrets.BUDGET_CHANNELS }} # with the one that escalate-to names\n",
    "secrets": [
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run alerts.yml"
    }
  },
  "recap": {
    "path": ".github/workflows/monthly-recap.yml",
    "text": "# On the first of every month, closes the old month and posts its recap to Discord, even if nothing has run since.\n# Started manually, it posts the month you name, or the last one again. Needs the secret DISCORD_WEBHOOK.\nname: monthly-recap\non:\n  schedule:\n    - cron: \"5 6 1 * *\"\n  workflow_dispatch:\n    inputs:\n      month:\n        description: The month to sum up, such as 2026-02; the last closed one when left empty\npermissions: {}\njobs:\n  recap:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          command: recap\n          month: ${{ inputs.month }}\n          post: true\n          force: ${{ github.event_name == 'workflow_dispatch' }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n",
    "secrets": [
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run monthly-recap.yml"
    }
  },
  "pause": {
    "path": ".github/workflows/pause.yml",
    "text": "# A maintainer stops all agents for a while, or starts them again; runs that have started continue and are booked.\n# Only manually, on the default branch, by people with the role maintain or admin; the books keep reason and name.\nname: pause\non:\n  workflow_dispatch:\n    inputs:\n      command:\n        description: What to do\n        type: choice\n        required: true\n        options: [pause, resume]\n      reason:\n        description: Why; kept in the books. A pause needs it\n      until:\n        description: For a pause, the day on which it ends, such as 2026-02-24; empty until someone resumes\npermissions: {}\njobs:\n  pause:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      contents: write # token-budget keeps its books on a branch\n    steps:\n      - uses: token-budget/token-budget@v0.2.0\n        with:\n          command: ${{ inputs.command }}\n          reason: ${{ inputs.reason }}\n          until: ${{ inputs.until }}\n          discord-webhook: ${{ secrets.DISCORD_WEBHOOK }}\n",
    "secrets": [
      "DISCORD_WEBHOOK"
    ],
    "start": {
      "kind": "command",
      "command": "gh workflow run pause.yml -f command=\"…\""
    }
  }
};
