import type { PatientFacts, Ports } from "../../commands/operation/ports.ts";
import type { FirstRead } from "../../store/first-read.ts";
import { approversOf } from "../../store/github/approvals.ts";
import { roleOf } from "../../store/github/role.ts";
import { patiently, patientStore } from "../../store/patient-store.ts";
import type { Waiting } from "../../store/waiting.ts";
import type { OpenedGitHub } from "./github-books.ts";

/** Books, and who may do what with them according to GitHub. */
export type GitHubPorts = Pick<Ports, "store" | "factsOf"> & {
  readonly [Key in "roleOf" | "approversOf"]: NonNullable<Ports[Key]>;
} & {
  /** Succeeds if the token may write to the repository that says who may. Throws a BudgetError otherwise. */
  readonly mayWrite: () => Promise<void>;
};

/** Books on a branch in GitHub, and who may do what in their repository. The first operation takes the first read. */
export function booksInGitHub(
  { client, owner, repo, branch, store }: OpenedGitHub,
  waiting: Waiting,
  first?: FirstRead,
): GitHubPorts & { readonly factsOf: NonNullable<Ports["factsOf"]> } {
  const at = { place: store.place, waiting };
  const factsOf = async (): Promise<PatientFacts> => {
    // Only doctor asks, the gate of a fork's pull request, and who serves the books.
    const { githubFacts } = await import("../../store/github/facts.ts");
    const facts = githubFacts({ client, owner, repo, branch, now: Date.now });
    return {
      repository: patiently(at, facts.repository),
      mayWrite: patiently(at, facts.mayWrite),
      branch: patiently(at, facts.branch),
      rules: patiently(at, facts.rules),
    };
  };
  return {
    store: patientStore(store, waiting, first),
    roleOf: patiently(at, (user) => roleOf(client, { owner, repo, user })),
    factsOf,
    mayWrite: async () => (await factsOf()).mayWrite(),
    approversOf: patiently(at, (asked) => approversOf(client, `${owner}/${repo}`, asked)),
  };
}
