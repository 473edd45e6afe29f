/** What starts a workflow when a pull request is opened in a repository, from itself or from a fork. */
export const pullRequest = (repository: string, from = repository) => ({
  event: {
    name: "pull_request",
    payload: {
      action: "opened",
      pull_request: {
        number: 7,
        base: { ref: "main", sha: "2".repeat(40), repo: { full_name: repository } },
        head: { ref: "feature", repo: { full_name: from } },
      },
    },
  },
  run: { ref: "refs/pull/7/merge" },
});
