import { z } from 'zod'

// zod compiles its parsers with `new Function`, which the pages' content security policy forbids. Must be imported
// before the first schema is made.
z.config({ jitless: true })
