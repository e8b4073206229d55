/** What tills write beside a quantity of which one is one unit of stock: pieces, and the unit that goods are weighed in. */
export const unitWords: ReadonlySet<string> = new Set(
  'x pc pcs pce piece pieces ea each st stk stck stück stuck szt ks db buc kom kpl u ud uds un und unid pz pza kg kgm kilo l ltr lt mtr 個 点 本 枚 台 冊 箱 着 足 adet ad buc bucăți τεμ τεμάχια kom komada tk'.split(
    ' ',
  ),
)
