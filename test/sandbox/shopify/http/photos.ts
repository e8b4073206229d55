/** Illustrations of the products, drawn here: a motif by what the product is called, colours by its handle. */

const palettes = [
  ['#e9e2d3', '#2b5d7f', '#1c3f57'],
  ['#e3eadf', '#4b7a4a', '#2f5530'],
  ['#f1e0d6', '#b5523a', '#7f3524'],
  ['#e6e3ee', '#5e5a8f', '#3d3a66'],
  ['#f3ead0', '#b98a2f', '#7d5b17'],
] as const

/** `M` the main colour, `D` the dark one. */
const motifs: readonly (readonly [string, string])[] = [
  [
    'tee|shirt',
    '<path d="M70 60 100 45a25 18 0 0 0 40 0l30 15 20 35-24 14-10-14v90H84V95l-10 14-24-14z" fill="M"/>',
  ],
  [
    'jacket',
    '<path d="M80 55 105 42h30l25 13 24 75-22 8-12-28v88H90v-88l-12 28-22-8z" fill="M"/><path d="M120 46v152M95 150h18m14 0h18" stroke="D" stroke-width="5"/>',
  ],
  [
    'beanie|hat',
    '<path d="M60 150c0-100 120-100 120 0z" fill="M"/><rect x="52" y="146" width="136" height="34" rx="17" fill="D"/><circle cx="120" cy="62" r="16" fill="D"/>',
  ],
  [
    'sock',
    '<path d="M95 40h46v85l32 30a26 26 0 0 1-36 38l-42-36z" fill="M"/><path d="M95 40h46v24H95z" fill="D"/>',
  ],
  [
    'tote|bag',
    '<path d="M68 90h104l10 106H58z" fill="M"/><path d="M92 100V74a28 28 0 0 1 56 0v26" fill="none" stroke="D" stroke-width="10"/>',
  ],
  [
    'mug',
    '<path d="M60 75h96v90a25 25 0 0 1-25 25H85a25 25 0 0 1-25-25z" fill="M"/><path d="M156 95c48-6 48 66 0 60" fill="none" stroke="D" stroke-width="12"/>',
  ],
  [
    'plate|bowl',
    '<circle cx="120" cy="120" r="78" fill="M"/><circle cx="120" cy="120" r="50" fill="none" stroke="D" stroke-width="6"/>',
  ],
  [
    'candle',
    '<rect x="84" y="92" width="72" height="104" rx="8" fill="M"/><path d="M120 92V74" stroke="D" stroke-width="6"/><path d="M120 34c22 26 14 42 0 42s-22-16 0-42z" fill="#e0952c"/>',
  ],
  [
    'towel',
    '<rect x="70" y="48" width="100" height="146" rx="6" fill="M"/><path d="M70 84h100M70 104h100M70 160h100" stroke="D" stroke-width="8"/>',
  ],
  [
    'throw|blanket',
    '<path d="M56 70h128v100H56z" fill="M"/><path d="M56 102h128M56 138h128M98 70v100m44-100v100" stroke="D" stroke-width="6"/><path d="M64 170v18m20-18v18m20-18v18m20-18v18m20-18v18m20-18v18" stroke="M" stroke-width="6"/>',
  ],
  [
    'board',
    '<rect x="62" y="84" width="116" height="104" rx="16" fill="M"/><rect x="106" y="44" width="28" height="50" rx="12" fill="M"/><circle cx="120" cy="60" r="6" fill="D"/><path d="M80 116h80M80 142h64" stroke="D" stroke-width="5"/>',
  ],
  [
    'tea',
    '<path d="M78 70h84v120H78z" fill="M"/><path d="M78 70l14-22h56l14 22z" fill="D"/><rect x="92" y="108" width="56" height="44" fill="#fff" opacity=".85"/>',
  ],
  [
    'honey|jar',
    '<rect x="74" y="80" width="92" height="112" rx="20" fill="M"/><rect x="82" y="52" width="76" height="28" rx="6" fill="D"/><rect x="90" y="112" width="60" height="46" fill="#fff" opacity=".85"/>',
  ],
  [
    'book',
    '<rect x="70" y="46" width="104" height="148" rx="6" fill="M"/><rect x="82" y="46" width="10" height="148" fill="D"/><path d="M108 86h48M108 106h34" stroke="#fff" stroke-width="8"/>',
  ],
  [
    'wrap|gift',
    '<rect x="60" y="90" width="120" height="100" rx="6" fill="M"/><path d="M120 90v100M60 128h120" stroke="D" stroke-width="12"/><path d="M120 88c-40-6-40-46-12-40 12 4 12 28 12 40zm0 0c40-6 40-46 12-40-12 4-12 28-12 40z" fill="D"/>',
  ],
]

const box =
  '<path d="M60 92 120 62l60 30v78l-60 30-60-30z" fill="M"/><path d="M60 92l60 30 60-30M120 122v78" fill="none" stroke="D" stroke-width="6"/>'

/** The illustration of a product as an SVG file. */
export function photo(handle: string): string {
  const sum = [...handle].reduce((total, letter) => (total * 37 + letter.charCodeAt(0)) % 9973, 7)
  const [paper, main, dark] = palettes[sum % palettes.length] ?? palettes[0]
  const motif = motifs.find(([words]) => new RegExp(words).test(handle))?.[1] ?? box
  const drawn = motif.replaceAll('"M"', `"${main}"`).replaceAll('"D"', `"${dark}"`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><rect width="240" height="240" fill="${paper}"/><ellipse cx="120" cy="204" rx="74" ry="9" fill="#000" opacity=".12"/>${drawn}</svg>`
}
