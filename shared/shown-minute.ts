/** A moment for people who may be in another zone than the hub: `2026-12-07 14:05 UTC`. @param at ms since 1970 */
export const shownMinute = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
