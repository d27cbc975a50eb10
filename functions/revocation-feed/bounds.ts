// The numbers of the revocation feed, in one place. README.md beside this file says why they are as they are.

/** What is older is read again in the background, when somebody asks for it. */
export const REFRESH_AFTER_MS = 4000;
/** What is older is not believed: it is read again before the answer. */
export const BELIEVED_MS = 9000;
/** An answer that takes longer is made anew out of what has been read meanwhile. With what is believed it makes ten seconds. */
export const ANSWERED_WITHIN_MS = 1000;
/** A read that failed is tried again in the background after this time. */
export const RETRY_AFTER_MS = 1000;
/** What nobody has asked for in this time is read again when somebody does. As long as API Gateway keeps an answer. */
export const IN_USE_MS = 60_000;
/** Keys that one call reads. */
export const READ_AT_ONCE = 100;
/**
 * How much the clocks of two functions, and the time between telling the feed and deleting the grant, may differ in all. Half a
 * minute of it is the longest request.
 */
export const CLOCK_MARGIN_SECONDS = 300;
/** Pages that a function reads back when it begins to follow a feed. */
export const PAGES_READ_BACK = 64;
/** Ids of ended grants that a function holds, of all tenants: about 10 MB. */
export const MAX_HELD_IDS = 100_000;
export const MAX_FOLLOWED_TENANTS = 1000;
export const MAX_FOLLOWED_USERS = 2000;
/** Grants, of all tenants, that were looked up because they are older than what the function knows of the feed: about 6 MB. */
export const MAX_LOOKED_UP_GRANTS = 50_000;
