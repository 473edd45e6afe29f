/** Where the policy file is on the default branch of the repository that keeps the books. */
export const POLICY_PATH = ".github/token-budget.yml";
