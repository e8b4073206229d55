/** What the app's own page can ask the app for. The preload knows these names and nothing else. */
export const channelNames = ['start-agent', 'enrol'] as const
export type ChannelName = (typeof channelNames)[number]

export const channelOf = (name: ChannelName): string => `tillbridge:${name}`
