/** How long ids that callers chose are remembered, milliseconds. */
export const IDS_REMEMBERED_MS = 7 * 24 * 3_600_000;

/** How long they are, even if the state has no room for all of them. */
export const IDS_SURELY_REMEMBERED_MS = 3_600_000;

/**
 * As many as one hour can produce: GITHUB_TOKEN has 1,000 GraphQL points an hour, of which a booking takes two
 * (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
 */
export const MAX_BOOKED_IDS = 500;
