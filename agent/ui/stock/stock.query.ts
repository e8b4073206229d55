import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { postJson } from '../../../shared/ui/json.ts'
import { StockFound } from '../../till/api-schema.ts'

/** What every answer about stock is kept under: the live stream says when to read it again. */
export const stockKey = ['stock'] as const

/** Items with what each store has of them, as this till knows it now. */
export function useStock(text: string) {
  return useQuery({
    queryKey: [...stockKey, text],
    queryFn: () => postJson('/api/stock/questions', { text }, StockFound),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    gcTime: 60_000,
  })
}
