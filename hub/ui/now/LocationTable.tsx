import { Table } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { LocationView } from '../../web/api-schema.ts'
import { LocationRow } from './LocationRow.tsx'
import classes from './LocationTable.module.css'
import { nowMessages } from './now.messages.ts'
import { type Column, columns, type Sorting, sorted, useSorting } from './sorting.ts'

const numeric: ReadonlySet<Column> = new Set(['lag', 'today', 'unsent', 'pickups', 'exceptions'])

/** Every store with its tills, how far it lags, and what is open there. */
export function LocationTable({ locations }: { locations: readonly LocationView[] }) {
  const t = useMessages(nowMessages)
  const [sorting, sortBy] = useSorting()
  return (
    <div className={classes['frame']}>
      <Table className={classes['table']} aria-label={t.stores}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(column => (
              <Head key={column} column={column} sorting={sorting} onSort={() => sortBy(column)} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted(locations, sorting).map(location => (
            <LocationRow key={location.store} location={location} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Head(props: { column: Column; sorting: Sorting; onSort: () => void }) {
  const t = useMessages(nowMessages)
  const active = props.sorting.column === props.column
  const down = active && props.sorting.down
  const Icon = !active ? IconArrowsSort : down ? IconArrowDown : IconArrowUp
  return (
    <Table.Th
      className={classes['head']}
      aria-sort={!active ? 'none' : down ? 'descending' : 'ascending'}
      data-numeric={numeric.has(props.column)}
    >
      <button type="button" className={classes['sort']} data-active={active} onClick={props.onSort}>
        {t.column[props.column]}
        <Icon size={14} aria-hidden />
      </button>
    </Table.Th>
  )
}
