/** Numbers that are older than this are called old: two rounds with the hub were missed, and more. */
export const oldAfterMs = 2 * 60_000
