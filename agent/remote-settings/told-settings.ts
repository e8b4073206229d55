import { SettingsPut } from '../../shared/commands.ts'
import { newestCommand } from '../journal/newest-command.ts'

/** The settings that the hub told last; null when it has not told any yet. */
export type ToldSettings = () => SettingsPut | null

/** The journal's part for the hub's word on this till's settings. */
export const toldSettings = newestCommand({
  name: 'settings',
  table: 'told_settings',
  kind: 'settings.put',
  schema: SettingsPut,
})
