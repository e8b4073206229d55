import fc from 'fast-check'

/**
 * Property tests draw the same inputs each time, so that a red run says something about a change. Another number in
 * `PROPERTY_SEED` draws others; `npm run fuzz` draws new ones for a long time.
 */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1_511) })
