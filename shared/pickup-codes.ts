/** Codes that are printed on the pick slip: a scan of one acts on the order whose page is open at the till. */
export const commandCodes = { ready: 'READY', collected: 'COLLECTED' } as const
export type CommandCode = keyof typeof commandCodes
