/** Set for an agent that the launcher starts: another parent that listens is not the launcher. */
export const LAUNCHED = 'TILLBRIDGE_LAUNCHED'
