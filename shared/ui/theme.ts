import {
  type CSSVariablesResolver,
  createTheme,
  type MantineThemeOverride,
  mergeThemeOverrides,
  rem,
} from '@mantine/core'

/** What a state looks like; see `StateBadge`. `caution` is for a till that works on without its line. */
const stateLooks = ['waiting', 'working', 'done', 'wrong', 'caution', 'quiet'] as const
export type StateLook = (typeof stateLooks)[number]

type Hue = { readonly text: string; readonly back: string; readonly edge: string }

// Each text has at least 5.5 : 1 on its back; Mantine's own shades miss 4.5 for green and amber.
const lightHues: Record<StateLook, Hue> = {
  waiting: { text: '#14568f', back: '#e7f5ff', edge: '#74b3e6' },
  working: { text: '#364fc7', back: '#edf0ff', edge: '#91a7ff' },
  done: { text: '#1d6b31', back: '#e9f9ec', edge: '#7fc98f' },
  wrong: { text: '#b02525', back: '#fff0f0', edge: '#f09c9c' },
  caution: { text: '#854600', back: '#fff3dc', edge: '#e0a955' },
  quiet: { text: '#495057', back: '#f1f3f5', edge: '#adb5bd' },
}
const darkHues: Record<StateLook, Hue> = {
  waiting: { text: '#a5d8ff', back: '#123450', edge: '#2f6ea3' },
  working: { text: '#c5d0ff', back: '#2a356b', edge: '#5c6fc9' },
  done: { text: '#b2f2bb', back: '#17401f', edge: '#3f8a50' },
  wrong: { text: '#ffc9c9', back: '#541e1e', edge: '#b04a4a' },
  caution: { text: '#ffd8a8', back: '#4d330a', edge: '#a5742a' },
  quiet: { text: '#c9c9c9', back: '#3b3b3b', edge: '#6b6b6b' },
}

function hueVariables(hues: Record<StateLook, Hue>): Record<string, string> {
  return Object.fromEntries(
    stateLooks.flatMap(look => [
      [`--tb-${look}-text`, hues[look].text],
      [`--tb-${look}-back`, hues[look].back],
      [`--tb-${look}-edge`, hues[look].edge],
    ]),
  )
}

/** The state hues and the few of Mantine's colours that are too faint for 4.5 : 1, for both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...hueVariables(lightHues),
    '--tb-focus': '#4263eb',
    '--tb-page': '#f8f9fa',
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-placeholder': '#5c636a',
    '--mantine-color-error': '#b02525',
  },
  dark: {
    ...hueVariables(darkHues),
    '--tb-focus': '#91a7ff',
    '--tb-page': '#1a1a1a',
    '--mantine-color-dimmed': '#b8b8b8',
    '--mantine-color-placeholder': '#a3a3a3',
    '--mantine-color-error': '#ffa8a8',
  },
})

const still = { transitionProps: { duration: 0 } }

const common = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  defaultRadius: 'md',
  radius: { xs: rem(4), sm: rem(4), md: rem(8), lg: rem(8), xl: rem(12) },
  spacing: { xs: rem(4), sm: rem(8), md: rem(16), lg: rem(24), xl: rem(32) },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: rem(28), lineHeight: '1.25' },
      h2: { fontSize: rem(22), lineHeight: '1.3' },
      h3: { fontSize: rem(18), lineHeight: '1.35' },
    },
  },
  // The ring is drawn by page.css, so that links and cards have the same one as Mantine's controls.
  focusRing: 'auto',
  focusClassName: 'tb-focus',
  components: {
    Modal: {
      defaultProps: {
        ...still,
        centered: true,
        overlayProps: { backgroundOpacity: 0.55 },
        // Its <header> else counts as a second banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
      styles: { title: { fontSize: rem(22), fontWeight: 650, lineHeight: 1.3 } },
    },
    Menu: {
      defaultProps: {
        ...still,
        shadow: 'md',
        position: 'bottom-end',
        withinPortal: false,
        withInitialFocusPlaceholder: false,
      },
    },
  },
})

function controlHeight(height: number, padding: number, text: number): MantineThemeOverride {
  const input = {
    vars: () => ({
      wrapper: { '--input-height': rem(height), '--input-fz': rem(text), '--input-size': rem(height) },
    }),
  }
  return {
    components: {
      Button: {
        vars: () => ({
          root: {
            '--button-height': rem(height),
            '--button-padding-x': rem(padding),
            '--button-fz': rem(text),
          },
        }),
      },
      Menu: { styles: { item: { minHeight: rem(height), fontSize: rem(text) } } },
      CloseButton: { vars: () => ({ root: { '--cb-size': rem(height), '--cb-icon-size': rem(text + 2) } }) },
      ActionIcon: { vars: () => ({ root: { '--ai-size': rem(height) } }) },
      // its words are as tall a target as a button
      Checkbox: {
        vars: () => ({ root: { '--checkbox-size': rem(height / 2) } }),
        styles: {
          body: { alignItems: 'center' },
          label: { display: 'flex', alignItems: 'center', minHeight: rem(height), fontSize: rem(text) },
        },
      },
      Input: input,
    },
  }
}

/** The till: read standing, pressed with gloves. */
export const tillTheme = mergeThemeOverrides(
  common,
  {
    fontSizes: { xs: rem(14), sm: rem(18), md: rem(18), lg: rem(22), xl: rem(28) },
    components: {
      Button: {
        // Long words take a second line; Mantine would cut them off.
        styles: {
          root: {
            display: 'inline-flex',
            alignItems: 'center',
            justifyContent: 'center',
            height: 'auto',
            minHeight: rem(56),
            paddingBlock: rem(8),
          },
          inner: { width: '100%', height: 'auto' },
          label: { height: 'auto', overflow: 'visible', whiteSpace: 'normal', lineHeight: 1.3 },
        },
      },
    },
  },
  controlHeight(56, 24, 18),
)

/** The hub: read sitting, dense. */
export const hubTheme = mergeThemeOverrides(
  common,
  { fontSizes: { xs: rem(14), sm: rem(14), md: rem(14), lg: rem(18), xl: rem(22) } },
  controlHeight(32, 12, 14),
)
