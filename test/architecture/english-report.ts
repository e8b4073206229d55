import { findingsOf } from './english.ts'

/** `npm run english -- agent/sources`: every refused phrase below a folder, and what to write instead. */
const found = findingsOf(process.argv[2])
for (const { path, line, found: phrase, instead } of found)
  console.log(`${path}:${line}  ${phrase.replace(/\s+/g, ' ')}  write ${instead}`)
console.log(`${found.length} refused phrases`)
