import { StoreDescribed } from '../../shared/commands.ts'
import { newestCommand } from '../journal/newest-command.ts'

/** What the hub last said of the store and the till; null when it has not said anything yet. */
export type DescribedStore = () => StoreDescribed | null

/** The journal's part for the store's own description. */
export const storeDescribed = newestCommand({
  name: 'store',
  table: 'store',
  kind: 'store.described',
  schema: StoreDescribed,
})
