/** What a till says of a database whose tables, or of a file whose headings, are others than its settings are for. */
export const schemaCodes = ['POS_SCHEMA_UNKNOWN', 'CSV_COLUMNS_MISSING', 'JSON_LIST_MISSING'] as const

export const isOtherSchema = (code: string | null) => schemaCodes.some(one => one === code)
