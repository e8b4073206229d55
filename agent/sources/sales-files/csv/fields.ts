import { parse } from 'csv-parse/sync'
import { MOST_ROW_BYTES } from './row-cutter.ts'

/** Takes one row's text apart. Null: its quotation marks don't fit. */
export function fieldReader(delimiter: string, quote: string): (text: string) => readonly string[] | null {
  const options = {
    delimiter,
    quote,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MOST_ROW_BYTES,
  }
  return text => {
    try {
      const [fields = []] = parse(text, options)
      return fields
    } catch (error) {
      // csv-parse's own class is not told apart: whatever it says of this one row is why the row can't be read
      if (error instanceof Error && 'code' in error) return null
      throw error
    }
  }
}
