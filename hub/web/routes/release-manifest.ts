import { z } from 'zod'
import { defineRoute } from '../route.ts'
import { bearerOf, ReleasePath } from './release-file.ts'

/** The signed manifest of a release, for a device that it was offered to. */
export const releaseManifestRoute = defineRoute({
  method: 'GET',
  path: '/release/:version/manifest',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  async handler({ downloads }, { request }) {
    const { version } = ReleasePath.parse(request.params)
    return downloads.manifest(version, bearerOf(request))
  },
})
